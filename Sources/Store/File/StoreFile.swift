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
  let path: String
  /// The version of the format that is written.
  let version: Int
  var file: FileDescriptor?
  /// The file as this process last read or wrote it; nil if it was not there.
  var known: FileDescriptor.Status?
  /// Whether `file` is open for writing.
  var isOpenForWriting = false
  var lockFile: FileLock? {
    didSet { isLocked = false }
  }
  /// Whether the transaction lock was taken in the lock file that is open now.
  var isLocked = false
  /// The runs that this process owns.
  var ownedRuns: Set<Int> = []

  init(path: String, version: Int) {
    self.path = SymbolicLink.destination(of: URL(fileURLWithPath: path).path)
    self.version = version
  }

  var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// What has happened to the file since this process last read or wrote it.
  enum Change {
    case none, appended, replaced
  }

  mutating func change() throws(StoreError) -> Change {
    let status = try statusAtPath()
    guard let status, let known else { return status == nil && known == nil ? .none : .replaced }
    guard status.isSameFile(as: known), status.size >= known.size else { return .replaced }
    if status.size > known.size { return .appended }
    // The program only ever appends or replaces, but an editor may write the same number of bytes in place.
    if status.modified != known.modified { return .replaced }
    self.known = status
    return .none
  }

  private func statusAtPath() throws(StoreError) -> FileDescriptor.Status? {
    try use("read") { () throws(SystemError) in try FileDescriptor.Status.of(path) }
  }

  /// The whole file; nil if there is none.
  mutating func readAll() throws(StoreError) -> [UInt8]? {
    file = nil
    known = nil
    guard let status = try statusAtPath() else { return nil }
    // Checked before it is opened: opening a pipe would wait for its other end.
    guard status.isRegularFile else { throw .notAFile(path: path) }
    // A store that may only be read is still good for reading.
    isOpenForWriting = unsafe access(path, W_OK) == 0
    return try use("read") { () throws(SystemError) in
      let file = try FileDescriptor(path, isOpenForWriting ? O_RDWR : O_RDONLY)
      let status = try file.status()
      let bytes = try file.read(0..<status.size)
      self.file = file
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
