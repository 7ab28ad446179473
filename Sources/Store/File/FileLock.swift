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
  private let path: String
  private let file: FileDescriptor
  private let status: FileDescriptor.Status

  /// Opens the file at a path, and makes it if it is not there.
  init(path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDWR | O_CREAT)
    status = try file.status()
  }

  /// Opens a file that is there, to look at its locks only.
  init(lookingAt path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDONLY)
    status = try file.status()
  }

  /// Whether other processes find the same file at the path; if somebody has removed it, this one excludes nobody.
  func isInPlace() throws(SystemError) -> Bool {
    guard let there = try FileDescriptor.Status.of(path) else { return false }
    return there.isSameFile(as: status)
  }

  /// Takes the transaction lock; false if another process has it.
  func tryLock() throws(SystemError) -> Bool { try set(F_WRLCK, byte: 0) }

  func unlock() throws(SystemError) { _ = try set(F_UNLCK, byte: 0) }

  /// Takes the ownership of a run; false if another process has it.
  func own(run id: Int) throws(SystemError) -> Bool { try set(F_WRLCK, byte: Self.firstRun &+ id) }

  func disown(run id: Int) throws(SystemError) { _ = try set(F_UNLCK, byte: Self.firstRun &+ id) }

  /// Whether another process owns the run; what this one owns does not count.
  func isOwnedElsewhere(run id: Int) throws(SystemError) -> Bool {
    var range = Self.range(F_WRLCK, byte: Self.firstRun &+ id)
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
