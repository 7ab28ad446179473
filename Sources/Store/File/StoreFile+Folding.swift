#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A document that is written beside the store's file while transactions go on in that file.
///
/// The journal's entries that come meanwhile are copied behind it. The lock is needed only for the last of them and for
/// putting the new file in the old one's place.
struct NewDocument: Sendable {
  /// The path of the new file.
  let path: String
  let file: FileDescriptor
  /// The places of the records that are kept encoded.
  let slices: [RecordKind: [EncodedSlice]]
  /// The file with the old document.
  let source: FileDescriptor
  /// The end of the journal in the old file when the new document was begun.
  let boundary: Int
  /// The offset in the old file from which the journal is copied.
  private(set) var copied: Int
  /// The end of the journal in the new file.
  private(set) var tail: JournalTail
  /// The digest of the new file up to there.
  private(set) var contents: ContentsDigest

  /// The number of bytes by which the copied entries have moved.
  private(set) var shift = 0

  /// Writes a document.
  ///
  /// - Parameters:
  ///   - tables: what the old file has up to the end of its journal.
  ///   - tail: the journal in the old file.
  ///   - check: called between parts, to give the writing up.
  init(
    of tables: Tables, in store: StoreFile, tail: JournalTail, path: String,
    check: @escaping () throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let source = store.file else { throw .closed }
    let (file, document, contents) = try store.write(tables, to: path, check: check)
    self.path = path
    self.file = file
    self.source = source
    self.contents = contents
    slices = document.slices
    boundary = tail.end
    // The first entry comes without a comma.
    copied = tail.end + (tail.isEmpty ? 0 : 1)
    self.tail = document.tail
    shift = document.tail.end - copied
  }

  /// Copies the entries of the old file's journal up to an offset behind the new document.
  ///
  /// - Returns: false if something else comes in the place of an entry.
  mutating func copyEntries(upTo end: Int) throws(SystemError) -> Bool {
    guard end > copied else { return true }
    if tail.isEmpty {
      guard try source.read(boundary..<copied + 1) == JournalTail.separator.suffix(copied - boundary + 1) else {
        return false
      }
    }
    while copied < end {
      let part = try source.read(copied..<min(end, copied + 1 << 20))
      if part.isEmpty { return false }
      try file.write(part, at: tail.end)
      contents.append(part.span)
      copied += part.count
      tail = JournalTail(start: tail.start, end: tail.end + part.count, isEmpty: false)
    }
    return true
  }

  /// Closes the document behind the copied entries and syncs it.
  func finish() throws(SystemError) {
    try file.write(JournalTail.closing, at: tail.end)
    try file.sync()
  }

  /// Removes the new file, unless the path has another one by now.
  func remove() {
    do { if try FileDescriptor.Status.at(path)?.identity == file.identity { unsafe unlink(path) } } catch {}
  }
}

extension StoreFile {
  /// The path of the document that is written while transactions go on.
  var newDocumentPath: String { path + ".fold" }

  /// Removes a document that a process did not live to put in place, and which may have keys that are removed later.
  mutating func removeAbandonedDocument() {
    do throws(SystemError) {
      guard try FileDescriptor.Status.at(newDocumentPath) != nil, let lock = lockFold() else { return }
      unsafe unlink(newDocumentPath)
      try lock.unlockFold()
    } catch {
      // It is tried again before the next fold.
    }
  }

  /// Takes the lock for a fold beside transactions; nil if another process has it or the lock file cannot be used.
  mutating func lockFold() -> FileLock? {
    do {
      guard try withLockFile({ lock throws(SystemError) in try lock.tryLockFold() }) else { return nil }
      return lockFile
    } catch {
      return nil
    }
  }
}
