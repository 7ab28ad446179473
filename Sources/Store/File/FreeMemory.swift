#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Memory that was freed, which the C library keeps for this process.
enum FreeMemory {
  private static let largeFile = 8 << 20

  /// Gives the memory that reading a large file took back to the system.
  static func release(afterReading size: Int) {
    #if canImport(Glibc)
      guard size > largeFile, let library = unsafe dlopen(nil, RTLD_NOW) else { return }
      defer { unsafe dlclose(library) }
      // Not all C libraries have it, and the headers that Swift imports lack it.
      guard let symbol = unsafe dlsym(library, "malloc_trim") else { return }
      _ = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
    #endif
  }
}
