#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Locks between processes that share a store: byte ranges of a file beside it.
///
/// The locks belong to the open file, so two stores in one process exclude each other too, and the system drops them
/// when the process dies. Byte 0 is the transaction lock; byte 4096 + n is the ownership of run n.
final class FileLock: Sendable {
  private let file: FileDescriptor

  init(path: String) throws(SystemError) {
    file = try FileDescriptor(path, O_RDWR | O_CREAT)
  }

  /// Takes the transaction lock.
  /// - Returns: false if another process has held it for the whole of the given time.
  func lock(within seconds: Double) throws(SystemError) -> Bool {
    var pause: UInt32 = 20
    var waited = 0.0
    while try !set(F_WRLCK, byte: 0) {
      if waited > seconds { return false }
      usleep(pause)
      waited += Double(pause) / 1_000_000
      pause = min(pause * 2, 1000)
    }
    return true
  }

  func unlock() throws(SystemError) { _ = try set(F_UNLCK, byte: 0) }

  /// Takes the ownership of a run; false if another process has it.
  func own(run id: Int) throws(SystemError) -> Bool { try set(F_WRLCK, byte: Self.firstRun + id) }

  func disown(run id: Int) throws(SystemError) { _ = try set(F_UNLCK, byte: Self.firstRun + id) }

  /// Whether another process owns the run; what this one owns does not count.
  func isOwnedElsewhere(run id: Int) throws(SystemError) -> Bool {
    var range = Self.range(F_WRLCK, byte: Self.firstRun + id)
    _ = try SystemError.check { unsafe fcntl(file.number, Self.getLock, &range) }
    return range.l_type != Int16(F_UNLCK)
  }

  private static let firstRun = 4096

  private func set(_ type: Int32, byte: Int) throws(SystemError) -> Bool {
    var range = Self.range(type, byte: byte)
    do throws(SystemError) {
      _ = try SystemError.check { unsafe fcntl(file.number, Self.setLock, &range) }
      return true
    } catch {
      if error.code == EAGAIN || error.code == EACCES { return false }
      throw error
    }
  }

  private static func range(_ type: Int32, byte: Int) -> flock {
    var range = flock()
    range.l_type = Int16(type)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(byte)
    range.l_len = 1
    return range
  }

  // The headers hide the locks of open files behind feature macros; these are their numbers in the kernels' interfaces.
  #if canImport(Darwin)
    private static let setLock: Int32 = 90
    private static let getLock: Int32 = 92
  #else
    private static let setLock: Int32 = 37
    private static let getLock: Int32 = 36
  #endif
}
