#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The locks in the lock file, one for transactions and one for each run's ownership, and one on the file itself.
extension StoreFile {
  /// Takes the locks of a transaction; false if another process holds one.
  mutating func tryLock() throws(StoreError) -> Bool {
    isLocked = try withLockFile { lock throws(SystemError) in try lock.tryLock() }
    guard isLocked else { return false }
    do throws(StoreError) {
      if try lockContents() { return true }
    } catch {
      // Otherwise no other process could write until this one's next transaction.
      do throws(StoreError) { try unlock() } catch {}
      throw error
    }
    // The lock file of another process was removed before it finished.
    try unlock()
    return false
  }

  mutating func unlock() throws(StoreError) {
    isLocked = false
    let locked = lockedFile
    lockedFile = nil
    // Both are tried, because a lock that stays keeps other processes from writing.
    let contents = result("unlock") { () throws(SystemError) in try locked?.unlock(byte: 0) }
    let file = result("unlock") { [lockFile] () throws(SystemError) in try lockFile?.unlock() }
    _ = try contents.get()
    _ = try file.get()
  }

  private func result<Value>(
    _ action: String, _ body: () throws(SystemError) -> Value
  ) -> Result<Value, StoreError> {
    do throws(StoreError) { return .success(try use(action, body)) } catch { return .failure(error) }
  }

  /// Locks the file at the path itself, in addition to the lock file, which people sometimes remove.
  ///
  /// If the file system has no such locks, or the file is not writable, the lock file must suffice.
  /// - Returns: false if another process is writing the file.
  mutating func lockContents() throws(StoreError) -> Bool {
    if let file, let isMine = try lockIfAtPath(file) { return isMine }
    guard let there = try openForWriting() else { return true }
    return try lockIfAtPath(there) ?? false
  }

  /// - Returns: false if another process is writing the file; nil if the path now has another file.
  private mutating func lockIfAtPath(_ candidate: FileDescriptor) throws(StoreError) -> Bool? {
    let isLocked = Self.lock(candidate)
    // Checked after locking, because another process can replace the file until then.
    let isAtPath = result("lock") { () throws(SystemError) in try candidate.isAt(path) }
    guard case .success(true) = isAtPath else {
      if isLocked == true { try use("unlock") { () throws(SystemError) in try candidate.unlock(byte: 0) } }
      _ = try isAtPath.get()
      return nil
    }
    if isLocked == true { lockedFile = candidate }
    return isLocked ?? true
  }

  /// - Returns: whether this open file now has the lock; nil if such locks are not supported.
  static func lock(_ file: FileDescriptor) -> Bool? {
    do { return try file.lock(byte: 0) } catch { return nil }
  }

  /// Opens the file if it exists and is writable.
  private func openForWriting() throws(StoreError) -> FileDescriptor? {
    try use("lock") { () throws(SystemError) -> FileDescriptor? in
      guard let status = try FileDescriptor.Status.of(path), status.isRegularFile else { return nil }
      do throws(SystemError) { return try FileDescriptor(path, O_RDWR) } catch {
        if [EACCES, EROFS, ENOENT, EPERM].contains(error.code) { return nil }
        throw error
      }
    }
  }

  /// Whether this process holds the file exclusively and the file is unchanged.
  mutating func isHeldUnchanged() throws(StoreError) -> Bool {
    guard try change() == .none else { return false }
    // The open file is then the one at the path, and perhaps the locked one.
    if let lockedFile, let file, lockedFile.identity == file.identity { return true }
    return try use("lock") { () throws(SystemError) in
      if let lockedFile { return try lockedFile.isAt(path) }
      // The lock file may have been removed since it was locked.
      guard isLocked, let lockFile else { return false }
      return try lockFile.isInPlace()
    }
  }

  /// Takes ownership of a run for this process; false if another process generates it.
  mutating func own(run id: Int) throws(StoreError) -> Bool {
    let isMine = try withLockFile { lock throws(SystemError) in try lock.own(run: id) }
    if isMine { ownedRuns.insert(id) }
    return isMine
  }

  /// Releases a run.
  mutating func disown(run id: Int) throws(StoreError) {
    ownedRuns.remove(id)
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.disown(run: id) }
  }

  /// Whether another process is generating the run.
  func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool {
    try use("look at the lock of") { () throws(SystemError) in
      if let lockFile, try lockFile.isInPlace() { return try lockFile.isOwnedElsewhere(run: id) }
      // Checking must not create the lock file and must work in a read-only folder.
      guard try FileDescriptor.Status.of(lockPath) != nil else { return false }
      return try FileLock(lookingAt: lockPath).isOwnedElsewhere(run: id)
    }
  }

  /// Whether a store was here before: its lock file is there, and this process has not made it.
  func isKnownPlace() throws(StoreError) -> Bool {
    if hasMadeLockFile { return false }
    return try hasLockFile()
  }

  private func hasLockFile() throws(StoreError) -> Bool {
    try use("look at the lock of") { () throws(SystemError) in try FileDescriptor.Status.of(lockPath) != nil }
  }

  private var lockPath: String { Self.lockPath(of: path) }

  static func lockPath(of path: String) -> String { path + ".lock" }

  mutating func withLockFile(
    _ body: (FileLock) throws(SystemError) -> Bool
  ) throws(StoreError) -> Bool {
    while true {
      let lock = try openLockFile()
      let result = try use("lock") { () throws(SystemError) in try body(lock) }
      do throws(SystemError) {
        if try lock.isInPlace() { return result }
      } catch {
        // Otherwise nobody would release the lock just taken.
        lockFile = nil
        throw .unusable(path: path, action: "lock", reason: "\(error)")
      }
      // The lock file was removed, so other processes will open a new one.
      lockFile = nil
    }
  }

  private mutating func openLockFile() throws(StoreError) -> FileLock {
    if let lockFile { return lockFile }
    try use("make the folder of") { () throws(SystemError) in try PrivateFolder.make(folder) }
    if try !hasLockFile() { hasMadeLockFile = true }
    let lock = try use("lock") { () throws(SystemError) in
      try FileLock(path: lockPath)
    }
    for run in ownedRuns where try !use("lock", { () throws(SystemError) in try lock.own(run: run) }) {
      // Another process took the run while the lock file was missing; nothing is written until this process releases
      // the run.
      throw .unusable(
        path: path, action: "write", reason: "another process has taken over run \(run), which this one generates")
    }
    lockFile = lock
    return lock
  }
}
