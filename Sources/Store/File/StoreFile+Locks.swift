/// The locks beside the file: one for transactions, and one for the ownership of each run.
extension StoreFile {
  /// Takes the lock that transactions hold; false if another process has it.
  mutating func tryLock() throws(StoreError) -> Bool {
    try withLockFile { lock throws(SystemError) in try lock.tryLock() }
  }

  func unlock() throws(StoreError) {
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.unlock() }
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
      if try use("lock", { () throws(SystemError) in try lock.isInPlace() }) { return result }
      // Somebody has removed the file: whoever opens it from now on finds another one.
      lockFile = nil
    }
  }

  private mutating func openLockFile() throws(StoreError) -> FileLock {
    if let lockFile { return lockFile }
    try use("make the folder of") { () throws(SystemError) in try PrivateFolder.make(folder) }
    let lock = try use("lock") { () throws(SystemError) in
      let lock = try FileLock(path: lockPath)
      for run in ownedRuns { _ = try lock.own(run: run) }
      return lock
    }
    lockFile = lock
    return lock
  }
}
