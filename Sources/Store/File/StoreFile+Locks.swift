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
    if let file, let isMine = try lockIfAtPath(file) { return isMine }
    guard let there = try openForWriting() else { return true }
    return try lockIfAtPath(there) ?? false
  }

  /// - Returns: false if another process is writing the file; nil if another file is at the path by now.
  private mutating func lockIfAtPath(_ candidate: FileDescriptor) throws(StoreError) -> Bool? {
    let isLocked = Self.lock(candidate)
    // Only after it is locked: until then, another process can put another file in its place.
    guard try use("lock", { () throws(SystemError) in try candidate.isAt(path) }) else {
      if isLocked == true { try use("unlock") { () throws(SystemError) in try candidate.unlock(byte: 0) } }
      return nil
    }
    if isLocked == true { lockedFile = candidate }
    return isLocked ?? true
  }

  /// - Returns: whether this open file has the lock now; nil where there are no such locks.
  static func lock(_ file: FileDescriptor) -> Bool? {
    do { return try file.lock(byte: 0) } catch { return nil }
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

  /// Whether this process keeps everybody else from writing the file, and nobody has changed it.
  mutating func isHeldUnchanged() throws(StoreError) -> Bool {
    guard try change() == .none else { return false }
    // What is at the path is then the file that is open, which may be the one that is locked.
    if let lockedFile, let file, lockedFile.identity == file.identity { return true }
    return try use("lock") { () throws(SystemError) in
      if let lockedFile { return try lockedFile.isAt(path) }
      // Somebody may have removed the lock file since it was taken.
      guard isLocked, let lockFile else { return false }
      return try lockFile.isInPlace()
    }
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
