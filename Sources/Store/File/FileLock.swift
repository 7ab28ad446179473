#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Locks between processes that share a store: byte ranges of a file beside it.
///
/// Byte 0 is the transaction lock, byte 1 that of a fold beside transactions; byte 4096 + n is the ownership of run n.
final class FileLock: Sendable {
  private let path: String
  private let file: FileDescriptor

  /// Opens the lock file at a path, creating it if needed.
  init(path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDWR | O_CREAT)
  }

  /// Opens an existing lock file only to query its locks.
  init(lookingAt path: String) throws(SystemError) {
    self.path = path
    file = try FileDescriptor(path, O_RDONLY)
  }

  /// Whether other processes find the same file at the path; if it was removed, this lock excludes nobody.
  func isInPlace() throws(SystemError) -> Bool { try file.isAt(path) }

  /// Takes the transaction lock; false if another process holds it.
  func tryLock() throws(SystemError) -> Bool { try file.lock(byte: 0) }

  func unlock() throws(SystemError) { try file.unlock(byte: 0) }

  /// Takes the lock of a fold beside transactions; false if another process holds it.
  func tryLockFold() throws(SystemError) -> Bool { try file.lock(byte: 1) }

  func unlockFold() throws(SystemError) { try file.unlock(byte: 1) }

  /// Takes ownership of a run; false if another process has it.
  func own(run id: Int) throws(SystemError) -> Bool { try file.lock(byte: Self.firstRun &+ id) }

  func disown(run id: Int) throws(SystemError) { try file.unlock(byte: Self.firstRun &+ id) }

  /// Whether another process owns the run.
  func isOwnedElsewhere(run id: Int) throws(SystemError) -> Bool {
    try file.isLockedElsewhere(byte: Self.firstRun &+ id)
  }

  private static let firstRun = 4096
}
