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
      // Looked up, because other C libraries do not have it.
      guard size > largeFile, let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
      _ = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
    #endif
  }
}
