#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Locks between processes that share a store: byte ranges of a file beside it.
///
/// Byte 0 is the transaction lock; byte 4096 + n is the ownership of run n.
final class FileLock: Sendable {
  private let path: String
  private let file: FileDescriptor

  /// Opens the file at a path, and makes it if it is not there.
  init(path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDWR | O_CREAT)
  }

  /// Opens a file that is there, to look at its locks only.
  init(lookingAt path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDONLY)
  }

  /// Whether other processes find the same file at the path; if somebody has removed it, this one excludes nobody.
  func isInPlace() throws(SystemError) -> Bool { try file.isAt(path) }

  /// Takes the transaction lock; false if another process has it.
  func tryLock() throws(SystemError) -> Bool { try file.lock(byte: 0) }

  func unlock() throws(SystemError) { try file.unlock(byte: 0) }

  /// Takes the ownership of a run; false if another process has it.
  func own(run id: Int) throws(SystemError) -> Bool { try file.lock(byte: Self.firstRun &+ id) }

  func disown(run id: Int) throws(SystemError) { try file.unlock(byte: Self.firstRun &+ id) }

  /// Whether another process owns the run; what this one owns does not count.
  func isOwnedElsewhere(run id: Int) throws(SystemError) -> Bool {
    try file.isLockedElsewhere(byte: Self.firstRun &+ id)
  }

  private static let firstRun = 4096
}
