#if canImport(Glibc)
  import Glibc
#endif

/// The C library's allocator, as far as it can be told what to do with freed memory.
package enum Allocator {
  /// The size in bytes from which a block is returned to the system as soon as it is freed.
  private static let largeBlock: Int32 = 256 << 10
  /// The same while a file is read, above the size of the blocks for its parts.
  private static let largeBlockWhileReading: Int32 = 32 << 20
  /// The size in bytes of a file from which the memory for reading it matters.
  private static let largeFile = 8 << 20
  /// The number of arenas, from which threads take memory without waiting for each other.
  private static let arenas: Int32 = 2
  /// `M_MMAP_THRESHOLD` and `M_ARENA_MAX` of mallopt(3), which Swift's module of the C library leaves out.
  private static let mapThreshold: Int32 = -3
  private static let arenaMax: Int32 = -8

  /// Has large blocks returned to the system as soon as they are freed, and keeps small ones together.
  ///
  /// glibc raises this size to that of the largest block freed so far, up to 32 MiB. A run of 100,000 rows then took twice
  /// the memory, because its lists grow by being copied.
  /// It also has up to eight arenas for each processor. Each keeps the most that its threads have ever needed at once, so
  /// that a server grew for hours although it needed no more.
  package static func economize() {
    set(arenaMax, to: arenas)
    set(mapThreshold, to: largeBlock)
  }

  /// Reads a file of some size with a function.
  ///
  /// A block that goes back to the system costs the next one a fault for each of its pages: a quarter of the time for a
  /// large file. So all are kept until the end, and then returned together.
  static func whileReading<Value, Failure: Error>(
    fileOf size: Int, _ read: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard size > largeFile else { return try read() }
    set(mapThreshold, to: largeBlockWhileReading)
    defer {
      set(mapThreshold, to: largeBlock)
      returnFreeBlocks()
    }
    return try read()
  }

  // The functions are looked up, because other C libraries do not have them.

  /// Returns to the system the memory of blocks that were freed.
  ///
  /// Without it, a process that is at work for days keeps the most memory that its blocks have ever spread over.
  static func returnFreeBlocks() {
    #if canImport(Glibc)
      typealias Function = @convention(c) (Int) -> Int32
      guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
      _ = unsafe unsafeBitCast(symbol, to: Function.self)(0)
    #endif
  }

  private static func set(_ parameter: Int32, to value: Int32) {
    #if canImport(Glibc)
      typealias Function = @convention(c) (Int32, Int32) -> Int32
      guard let symbol = unsafe dlsym(nil, "mallopt") else { return }
      _ = unsafe unsafeBitCast(symbol, to: Function.self)(parameter, value)
    #endif
  }
}
