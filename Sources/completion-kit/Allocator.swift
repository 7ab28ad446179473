#if canImport(Glibc)
  import Glibc
#endif

/// The settings of the C library's allocator.
enum Allocator {
  /// The size in bytes from which a block is returned to the system as soon as it is freed.
  private static let largeBlock: Int32 = 256 << 10
  /// `M_MMAP_THRESHOLD` of mallopt(3), which Swift's module of the C library leaves out.
  private static let mapThreshold: Int32 = -3

  /// Has large blocks returned to the system as soon as they are freed.
  ///
  /// glibc raises this size to that of the largest block freed so far, up to 32 MiB. A run of 100,000 rows then took twice
  /// the memory, because its lists grow by being copied.
  static func returnLargeBlocks() {
    #if canImport(Glibc)
      typealias Function = @convention(c) (Int32, Int32) -> Int32
      // Looked up, because other C libraries do not have it.
      guard let symbol = unsafe dlsym(nil, "mallopt") else { return }
      _ = unsafe unsafeBitCast(symbol, to: Function.self)(mapThreshold, largeBlock)
    #endif
  }
}
