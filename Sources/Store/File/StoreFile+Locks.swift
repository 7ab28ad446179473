#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The locks beside the file, one for transactions and one for the ownership of each run, and one on the file itself.
extension StoreFile {
  /// Takes the locks that transactions hold; false if another process has one.
  mutating func tryLock() throws(StoreError) -> Bool {
    isLocked = try withLockFile { lock throws(SystemError) in try lock.tryLock() }
    guard isLocked else { return false }
    if try lockContents() { return true }
    // Somebody has removed the lock file of another process, which is not done yet.
    try unlock()
    return false
  }

  mutating func unlock() throws(StoreError) {
    isLocked = false
    let locked = lockedFile
    lockedFile = nil
    try use("unlock") { () throws(SystemError) in try locked?.unlock(byte: 0) }
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.unlock() }
  }

  /// Locks the file at the path itself, besides the lock beside it, whose file people remove.
  ///
  /// Where there are no such locks, as on some file systems, or no file that may be written, the lock beside it must do.
  /// - Returns: false if another process is writing the file.
  mutating func lockContents() throws(StoreError) -> Bool {
    if let lockedFile, try isAtPath(lockedFile) { return true }
    var candidate = file
    if let file, try !isAtPath(file) { candidate = nil }
    if candidate == nil { candidate = try openForWriting() }
    guard let candidate else { return true }
    guard let isLocked = Self.lock(candidate) else { return true }
    guard isLocked else { return false }
    if try isAtPath(candidate) {
      lockedFile = candidate
      return true
    }
    // Another process has put another file in its place before it let go of this one.
    try use("unlock") { () throws(SystemError) in try candidate.unlock(byte: 0) }
    return false
  }

  /// - Returns: whether this open file has the lock now; nil where there are no such locks.
  static func lock(_ file: FileDescriptor) -> Bool? {
    do { return try file.lock(byte: 0) } catch { return nil }
  }

  private func isAtPath(_ file: FileDescriptor) throws(StoreError) -> Bool {
    try use("lock") { () throws(SystemError) in
      guard let status = try FileDescriptor.Status.of(path) else { return false }
      return try status.isSameFile(as: file.status())
    }
  }

  /// Opens the file if there is one and it may be written.
  private func openForWriting() throws(StoreError) -> FileDescriptor? {
    try use("lock") { () throws(SystemError) -> FileDescriptor? in
      guard let status = try FileDescriptor.Status.of(path), status.isRegularFile else { return nil }
      do throws(SystemError) { return try FileDescriptor(path, O_RDWR) } catch {
        if [EACCES, EROFS, ENOENT, EPERM].contains(error.code) { return nil }
        throw error
      }
    }
  }

  /// Whether this process still keeps everybody else from writing the file.
  func excludesOthers() throws(StoreError) -> Bool {
    if let lockedFile { return try isAtPath(lockedFile) }
    guard isLocked, let lockFile else { return false }
    // Somebody may have removed it since it was taken.
    return try use("lock") { () throws(SystemError) in try lockFile.isInPlace() }
  }

  /// Makes this process the one that generates a run; false if another one does.
  mutating func own(run id: Int) throws(StoreError) -> Bool {
    let isMine = try withLockFile { lock throws(SystemError) in try lock.own(run: id) }
    if isMine { ownedRuns.insert(id) }
    return isMine
  }

  /// Gives a run up.
  mutating func disown(run id: Int) throws(StoreError) {
    ownedRuns.remove(id)
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.disown(run: id) }
  }

  /// Whether another process is generating the run now.
  func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool {
    try use("look at the lock of") { () throws(SystemError) in
      if let lockFile, try lockFile.isInPlace() { return try lockFile.isOwnedElsewhere(run: id) }
      // Nothing is made for a mere look, and a folder that may only be read is no obstacle.
      guard try FileDescriptor.Status.of(lockPath) != nil else { return false }
      return try FileLock(lookingAt: lockPath).isOwnedElsewhere(run: id)
    }
  }

  private var lockPath: String { path + ".lock" }

  private mutating func withLockFile(
    _ body: (FileLock) throws(SystemError) -> Bool
  ) throws(StoreError) -> Bool {
    while true {
      let lock = try openLockFile()
      let result = try use("lock") { () throws(SystemError) in try body(lock) }
      do throws(SystemError) {
        if try lock.isInPlace() { return result }
      } catch {
        // Nobody would give back what has just been taken.
        lockFile = nil
        throw .unusable(path: path, action: "lock", reason: "\(error)")
      }
      // Somebody has removed the file: whoever opens it from now on finds another one.
      lockFile = nil
    }
  }

  private mutating func openLockFile() throws(StoreError) -> FileLock {
    if let lockFile { return lockFile }
    try use("make the folder of") { () throws(SystemError) in try PrivateFolder.make(folder) }
    let lock = try use("lock") { () throws(SystemError) in
      try FileLock(path: lockPath)
    }
    for run in ownedRuns where try !use("lock", { () throws(SystemError) in try lock.own(run: run) }) {
      // While its file was removed. Nothing is written until this process has given the run up.
      throw .unusable(
        path: path, action: "write", reason: "another process has taken over run \(run), which this one generates")
    }
    lockFile = lock
    return lock
  }
}
