/// The locks beside the file, one for transactions and one for the ownership of each run, and one on the file itself.
extension StoreFile {
  /// Takes the lock that transactions hold; false if another process has it.
  mutating func tryLock() throws(StoreError) -> Bool {
    isLocked = try withLockFile { lock throws(SystemError) in try lock.tryLock() }
    return isLocked
  }

  mutating func unlock() throws(StoreError) {
    isLocked = false
    try use("unlock") { () throws(SystemError) in try file?.unlock(byte: 0) }
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.unlock() }
  }

  /// Locks the file itself, which the lock beside it guards as long as nobody removes that one's file.
  /// - Returns: false if another process is writing the file.
  func lockContents() -> Bool {
    guard let file else { return true }
    return lockContents(of: file)
  }

  @discardableResult
  func lockContents(of file: FileDescriptor) -> Bool {
    // A file system that knows no locks for it leaves the lock beside it.
    do { return try file.lock(byte: 0) } catch { return true }
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

  /// Whether the lock still excludes everybody: somebody may have removed its file since it was taken.
  func isLockInPlace() throws(StoreError) -> Bool {
    guard isLocked, let lockFile else { return false }
    return try use("lock") { () throws(SystemError) in try lockFile.isInPlace() }
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
