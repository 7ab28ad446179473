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

/// The file of a store, its lock, and the folder they lie in.
///
/// Everything here blocks and is called by the store's actor alone.
struct StoreFile {
  /// The path with a symbolic link resolved, so that replacing the file does not replace the link.
  private(set) var path: String
  /// The version of the format that is written.
  let version: Int
  var file: FileDescriptor?
  /// The file as this process last read or wrote it; nil if it was not there.
  var known: FileDescriptor.Status?
  /// The text as this process last read or wrote it, up to where the journal goes on.
  var contents = KnownContents()
  /// Whether `file` is open for writing.
  var isOpenForWriting = false
  var lockFile: FileLock? {
    didSet { isLocked = false }
  }
  /// Whether the transaction lock was taken in the lock file that is open now.
  var isLocked = false
  /// The file that is locked itself.
  var lockedFile: FileDescriptor?
  /// The runs that this process owns.
  var ownedRuns: Set<Int> = []

  init(path: String, version: Int) {
    self.path = SymbolicLink.destination(of: URL(fileURLWithPath: path).path)
    self.version = version
  }

  var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// What has happened to the file since this process last read or wrote it.
  enum Change {
    /// Nothing, or there still is none.
    case none
    /// It is longer, as after another process's entry.
    case appended
    /// The same file holds something else: somebody has edited it.
    case edited
    /// There is another file, or one whose state is not known.
    case replaced
    /// There is no file any more.
    case gone
  }

  mutating func change() throws(StoreError) -> Change {
    let status = try statusAtPath()
    guard let known else { return status == nil ? .none : .replaced }
    guard let status else { return .gone }
    guard status.identity == known.identity else { return .replaced }
    if status.size > known.size { return .appended }
    // The program only ever appends or replaces, but an editor may write the same number of bytes in place.
    if status.size < known.size || status.modified != known.modified { return .edited }
    self.known = status
    return .none
  }

  private mutating func statusAtPath() throws(StoreError) -> FileDescriptor.Status? {
    let status = try use("read") { () throws(SystemError) in try FileDescriptor.Status.at(path) }
    guard let status, status.isSymbolicLink else { return status }
    // Somebody has moved the file and left a link to it: it is used where it is now, and its lock is beside it.
    path = SymbolicLink.destination(of: path)
    lockFile = nil
    return try use("read") { () throws(SystemError) in try FileDescriptor.Status.of(path) }
  }

  /// Whether the text is what this process takes it for, byte for byte.
  func isAsKnown() throws(StoreError) -> Bool {
    guard let file else { return true }
    return try use("read") { () throws(SystemError) in
      var found = KnownContents()
      try file.readParts(of: 0..<contents.count) { found.append($0) }
      return found.count == contents.count && found.checksum == contents.checksum
    }
  }

  /// The whole file; nil if there is none.
  mutating func readAll() throws(StoreError) -> [UInt8]? {
    file = nil
    known = nil
    contents = KnownContents()
    guard let status = try statusAtPath() else { return nil }
    // Checked before it is opened: opening a pipe would wait for its other end.
    guard status.isRegularFile else { throw .notAFile(path: path) }
    // A store that may only be read is still good for reading.
    isOpenForWriting = unsafe access(path, W_OK) == 0
    return try use("read") { () throws(SystemError) in
      // The one that is locked, if it is that one.
      let open: FileDescriptor
      if let lockedFile, lockedFile.identity == status.identity {
        open = lockedFile
      } else {
        open = try FileDescriptor(path, isOpenForWriting ? O_RDWR : O_RDONLY)
      }
      let status = try open.status()
      let bytes = try open.read(0..<status.size)
      self.file = open
      known = status
      return bytes
    }
  }

  /// The file from an offset on.
  mutating func readTail(from offset: Int) throws(StoreError) -> [UInt8] {
    guard let file else { return [] }
    return try use("read") { () throws(SystemError) in
      let status = try file.status()
      let bytes = try file.read(offset..<max(offset, status.size))
      known = status
      return bytes
    }
  }

  /// Names the store and what was being done in the error of a system call.
  func use<Value>(_ action: String, _ body: () throws(SystemError) -> Value) throws(StoreError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .unusable(path: path, action: action, reason: "\(error)")
    }
  }
}
