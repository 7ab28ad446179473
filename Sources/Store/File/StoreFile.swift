#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The file of a store, its lock, and their folder.
///
/// Its methods are called only by the store's actor. They block, except those that prepare and finish a ``JournalAppend``.
struct StoreFile {
  /// The path with a final symbolic link resolved, so that replacing the file does not replace the link.
  private(set) var path: String
  /// The format version that is written.
  let version: Int
  var file: FileDescriptor?
  /// The status of the file when this process last read or wrote it; nil if there was none.
  var known: FileDescriptor.Status?
  /// The text when this process last read or wrote it, up to the journal's tail.
  var contents = ContentsDigest()
  /// Whether `file` is open for writing.
  var isOpenForWriting = false
  var lockFile: FileLock? {
    didSet { isLocked = false }
  }
  /// Whether the transaction lock is held in the currently open lock file.
  var isLocked = false
  /// The file that is itself locked.
  var lockedFile: FileDescriptor?
  /// Whether this process has made the lock file, which it found missing.
  var hasMadeLockFile = false
  /// The runs that this process owns.
  var ownedRuns: Set<Int> = []

  init(path: String, version: Int) {
    self.path = SymbolicLink.destination(of: URL(fileURLWithPath: path).path)
    self.version = version
  }

  var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// The change of the file since this process last read or wrote it.
  enum Change {
    /// The file is unchanged, or still does not exist.
    case none
    /// The file is longer, as after another process's entry.
    case appended
    /// The same file has other contents, because somebody edited it.
    case edited
    /// It is another file, or one with an unknown status.
    case replaced
    /// The file no longer exists.
    case gone
  }

  mutating func change() throws(StoreError) -> Change {
    let status = try statusAtPath()
    guard let known else { return status == nil ? .none : .replaced }
    guard let status else { return .gone }
    guard status.identity == known.identity else { return .replaced }
    // An editor has written in place, and another process has perhaps appended since.
    if file?.edits.areNoted == true { return .edited }
    if status.size > known.size { return .appended }
    // The program only appends or replaces, but an editor may write the same number of bytes in place.
    if status.size < known.size || status.modified != known.modified { return .edited }
    self.known = status
    return .none
  }

  private mutating func statusAtPath() throws(StoreError) -> FileDescriptor.Status? {
    let status = try use("read") { () throws(SystemError) in try FileDescriptor.Status.at(path) }
    guard let status, status.isSymbolicLink else { return status }
    // The file was moved and replaced by a link: it is used at its new place, with its lock beside it.
    path = SymbolicLink.destination(of: path)
    lockFile = nil
    return try use("read") { () throws(SystemError) in try FileDescriptor.Status.of(path) }
  }

  /// Whether the text equals the known contents, byte for byte.
  ///
  /// - Parameter check: called between parts, to give the reading up.
  func isAsKnown(check: () throws(StoreError) -> Void = {}) throws(StoreError) -> Bool {
    guard let file else { return true }
    var found = ContentsDigest(blockSize: contents.blockSize)
    while found.count < contents.count {
      try check()
      let range = found.count..<min(found.count + contents.blockSize, contents.count)
      let part = try use("read") { () throws(SystemError) in try file.read(range) }
      if part.isEmpty { return false }
      found.append(part.span)
    }
    return found == contents
  }

  /// The open file and its size; nil if there is none.
  mutating func openForReading() throws(StoreError) -> (file: FileDescriptor, size: Int)? {
    file = nil
    known = nil
    contents = ContentsDigest()
    guard let status = try statusAtPath() else { return nil }
    // Checked before opening, because opening a pipe would wait for its other end.
    guard status.isRegularFile else { throw .notAFile(path: path) }
    // A read-only store can still be read.
    isOpenForWriting = unsafe access(path, W_OK) == 0
    return try use("read") { () throws(SystemError) in
      // The locked file, if it is the same file.
      let open: FileDescriptor
      if let lockedFile, lockedFile.identity == status.identity {
        open = lockedFile
      } else {
        open = try FileDescriptor(path, isOpenForWriting ? O_RDWR : O_RDONLY)
      }
      let status = try open.status()
      open.edits.forget()
      self.file = open
      known = status
      return (open, status.size)
    }
  }

  /// As ``openForReading()``, once the contents of a file have arrived that was emptied a moment ago.
  ///
  /// An editor or a copy empties a file before it writes it.
  mutating func openSettled() throws(StoreError) -> (file: FileDescriptor, size: Int)? {
    var open = try openForReading()
    while open?.size == 0, let known, (0..<Self.settlingTime).contains(known.age) {
      usleep(10_000)
      open = try openForReading()
    }
    return open
  }

  /// How long an empty file must have been left alone, in nanoseconds.
  private static let settlingTime = 500_000_000

  /// Reads the file from an offset on.
  mutating func readTail(from offset: Int) throws(StoreError) -> [UInt8] {
    guard let file else { return [] }
    return try use("read") { () throws(SystemError) in
      let status = try file.status()
      let bytes = try file.read(offset..<max(offset, status.size))
      known = status
      return bytes
    }
  }

  /// Adds the store and the action to the error of a system call.
  func use<Value>(_ action: String, _ body: () throws(SystemError) -> Value) throws(StoreError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .unusable(path: path, action: action, reason: "\(error)")
    }
  }
}
