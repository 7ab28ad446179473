import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The file of a store, its lock, and the folder they lie in.
///
/// Everything here blocks and is called by the store's actor alone.
struct StoreFile {
  /// The path with symbolic links resolved, so that replacing the file does not replace a link.
  let path: String
  private var file: FileDescriptor?
  /// Whether the file could be opened for more than reading.
  private var isWritable = false
  /// The file as this process last read or wrote it; nil if it was not there.
  private var known: FileDescriptor.Status?
  private var lockFile: FileLock?

  init(path: String) {
    self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  // MARK: Reading

  /// What has happened to the file since this process last read or wrote it.
  enum Change {
    case none, appended, replaced
  }

  func change() throws(StoreError) -> Change {
    let status = try use("read") { () throws(SystemError) in try FileDescriptor.Status.of(path) }
    guard let status, let known else { return status == nil && known == nil ? .none : .replaced }
    guard status.isSameFile(as: known), status.size >= known.size else { return .replaced }
    return status.size == known.size ? .none : .appended
  }

  /// The whole file; nil if there is none.
  mutating func readAll() throws(StoreError) -> [UInt8]? {
    file = nil
    known = nil
    guard let status = try use("read", { () throws(SystemError) in try FileDescriptor.Status.of(path) }) else {
      return nil
    }
    guard status.isRegularFile else { throw .notAFile(path: path) }
    // A store that may only be read is still good for reading.
    isWritable = unsafe access(path, W_OK) == 0
    return try use("read") { () throws(SystemError) in
      let file = try FileDescriptor(path, isWritable ? O_RDWR : O_RDONLY)
      self.file = file
      known = try file.status()
      let bytes = try file.read()
      known?.size = bytes.count
      return bytes
    }
  }

  /// The file from an offset on.
  mutating func readTail(from offset: Int) throws(StoreError) -> [UInt8] {
    guard let file else { return [] }
    return try use("read") { () throws(SystemError) in
      let bytes = try file.read(from: offset)
      known?.size = offset + bytes.count
      return bytes
    }
  }

  // MARK: Locks

  /// Takes the lock that transactions hold; creates the folder if need be.
  mutating func lock() throws(StoreError) {
    let lock = try openLock()
    let isMine = try use("lock") { () throws(SystemError) in try lock.lock(within: 30) }
    if !isMine { throw .locked(path: path) }
  }

  func unlock() throws(StoreError) {
    guard let lockFile else { return }
    try use("unlock") { () throws(SystemError) in try lockFile.unlock() }
  }

  /// The lock beside the file, for transactions and for the ownership of runs.
  mutating func openLock() throws(StoreError) -> FileLock {
    if let lockFile { return lockFile }
    try makeFolder()
    let lock = try use("lock") { () throws(SystemError) in try FileLock(path: path + ".lock") }
    lockFile = lock
    return lock
  }

  private var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  private func makeFolder() throws(StoreError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .unusable(path: path, action: "create the folder of", reason: error.localizedDescription)
    }
  }

  // MARK: Writing

  /// Writes an entry at the end of the journal and syncs it; when it cannot, leaves the file as it was.
  /// - Returns: the tail behind the entry.
  mutating func append(_ entry: [UInt8], at tail: JournalTail) throws(StoreError) -> JournalTail {
    try openForWriting()
    guard let file, let known else { throw .closed }
    let text = tail.opening + entry + JournalTail.closing
    do throws(SystemError) {
      if known.mode & 0o777 != 0o600 { try file.setMode(0o600) }
      try file.write(text, at: tail.end)
      if known.size > tail.end + text.count { try file.truncate(to: tail.end + text.count) }
      try file.sync()
    } catch {
      takeBack(from: tail, in: file)
      throw .unusable(path: path, action: "write", reason: "\(error)")
    }
    self.known?.size = tail.end + text.count
    self.known?.mode = S_IFREG | 0o600
    return JournalTail(start: tail.start, end: tail.end + text.count - JournalTail.closing.count, isEmpty: false)
  }

  /// What could only be read when it was opened may have become writable since.
  private mutating func openForWriting() throws(StoreError) {
    if isWritable { return }
    file = try use("write") { () throws(SystemError) in try FileDescriptor(path, O_RDWR) }
    isWritable = true
  }

  /// Closes the document again behind the last good entry.
  ///
  /// Where even that fails, the next load drops the torn entry.
  private mutating func takeBack(from tail: JournalTail, in file: FileDescriptor) {
    do throws(SystemError) {
      try file.write(JournalTail.closing, at: tail.end)
      try file.truncate(to: tail.end + JournalTail.closing.count)
      try file.sync()
    } catch {}
    do throws(SystemError) { known = try file.status() } catch { known = nil }
  }

  /// Puts a new document in the place of the old one: written beside it, synced, renamed over it, the folder synced.
  mutating func replace(with tables: Tables) throws(StoreError) -> JournalTail {
    let temporary = path + ".new"
    do throws(StoreError) {
      let (file, tail) = try write(tables, to: temporary)
      try use("replace") { () throws(SystemError) in
        _ = try SystemError.check { unsafe rename(temporary, path) }
        try FileDescriptor(folder, O_RDONLY).sync()
        self.file = file
        isWritable = true
        known = try file.status()
      }
      return tail
    } catch {
      unsafe unlink(temporary)
      throw error
    }
  }

  private func write(_ tables: Tables, to path: String) throws(StoreError) -> (FileDescriptor, JournalTail) {
    unsafe unlink(path)
    let file = try use("write") { () throws(SystemError) in try FileDescriptor(path, O_RDWR | O_CREAT | O_EXCL) }
    var count = 0
    let tail = try DocumentWriter.write(tables) { bytes throws(StoreError) in
      try use("write") { () throws(SystemError) in try file.write(bytes, at: count) }
      count += bytes.count
    }
    try use("write") { () throws(SystemError) in
      try file.setMode(0o600)
      try file.sync()
    }
    return (file, tail)
  }

  /// Keeps bytes in a file beside the store.
  /// - Returns: its path.
  func keepCopy(of bytes: [UInt8], named suffix: String) throws(StoreError) -> String {
    let copy = "\(path).\(suffix)"
    try use("keep a copy of") { () throws(SystemError) in
      let file = try FileDescriptor(copy, O_RDWR | O_CREAT | O_TRUNC)
      try file.write(bytes, at: 0)
      try file.setMode(0o600)
      try file.sync()
    }
    return copy
  }

  /// Names the store and what was being done in the error of a system call.
  private func use<Value>(_ action: String, _ body: () throws(SystemError) -> Value) throws(StoreError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .unusable(path: path, action: action, reason: "\(error)")
    }
  }
}
