#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Locks on single bytes, which need not exist in the file.
///
/// A lock belongs to the open file, so two stores in one process exclude each other too. The system releases it when
/// the file is closed or the process dies.
extension FileDescriptor {
  /// Takes a lock; false if another open file holds it.
  func lock(byte: Int) throws(SystemError) -> Bool {
    do {
      try set(F_WRLCK, byte)
      return true
    } catch {
      if error.code == EAGAIN || error.code == EACCES { return false }
      throw error
    }
  }

  func unlock(byte: Int) throws(SystemError) { try set(F_UNLCK, byte) }

  /// Whether another open file holds the lock.
  func isLockedElsewhere(byte: Int) throws(SystemError) -> Bool {
    var range = Self.range(F_WRLCK, byte)
    _ = try SystemError.check { unsafe fcntl(number, Self.getLock, &range) }
    return range.l_type != Int16(F_UNLCK)
  }

  private func set(_ type: Int32, _ byte: Int) throws(SystemError) {
    var range = Self.range(type, byte)
    _ = try SystemError.check { unsafe fcntl(number, Self.setLock, &range) }
  }

  private static func range(_ type: Int32, _ byte: Int) -> flock {
    var range = flock()
    range.l_type = Int16(type)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(byte)
    range.l_len = 1
    return range
  }

  // The headers hide open file description locks behind feature macros; these are their numbers in the kernel
  // interfaces.
  #if canImport(Darwin)
    private static let setLock: Int32 = 90
    private static let getLock: Int32 = 92
  #else
    private static let setLock: Int32 = 37
    private static let getLock: Int32 = 36
  #endif
}
