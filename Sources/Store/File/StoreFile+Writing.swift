#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Changes of the file while the lock is held.
extension StoreFile {
  /// Rejects an unwritable file before anything is done to it.
  mutating func requireWritable() throws(StoreError) {
    guard file != nil, !isOpenForWriting else { return }
    try use("write") { () throws(SystemError) in
      _ = try SystemError.check { unsafe access(path, W_OK) }
      let writable = try FileDescriptor(path, O_RDWR, edits: file?.edits ?? .init())
      // The file may have been replaced since it was read.
      guard let known, writable.identity == known.identity else { throw SystemError(code: ESTALE) }
      file = writable
      isOpenForWriting = true
    }
  }

  /// The writing of an entry at the end of the journal, for another thread.
  func appending(_ entry: JournalText, at tail: JournalTail) throws(StoreError) -> JournalAppend {
    guard let file, let known else { throw .closed }
    var text = entry
    text.prepend(tail.opening)
    return JournalAppend(text: text, tail: tail, file: file, before: known)
  }

  /// Takes in how the writing ended.
  /// - Returns: the tail behind the entry.
  /// - Throws: ``StoreError/uncertain(path:reason:)`` when the file could not be left as it was either.
  mutating func finish(_ append: JournalAppend, _ outcome: JournalAppend.Outcome) throws(StoreError) -> JournalTail {
    switch outcome {
    case .written:
      append.text.forEachPart { contents.append($0.span) }
      noteStatus(of: append.file)
      return JournalTail(start: append.tail.start, end: append.tail.end + append.text.count, isEmpty: false)
    case .takenBack(let failure):
      noteStatus(of: append.file)
      throw .unusable(path: path, action: "write", reason: "\(failure)")
    case .uncertain(let failure, let second):
      known = nil
      throw .uncertain(path: path, reason: "\(failure), and then \(second)")
    }
  }

  private mutating func noteStatus(of file: FileDescriptor) {
    // An unknown status only means that the file is reloaded.
    do throws(SystemError) { known = try file.status() } catch { known = nil }
  }

  /// Replaces the document: writes the new one beside it, syncs it, renames it and syncs the folder.
  /// - Returns: the new document; nil, without a change, if the lock was lost meanwhile, or if the file is
  ///   not the one that was locked.
  mutating func replace(with tables: Tables) throws(StoreError) -> DocumentWriter.Result? {
    let temporary = path + ".new"
    let (file, document, contents) = try write(tables, to: temporary)
    return try replace(by: file, at: temporary, contents) ? document : nil
  }

  /// Puts a written and synced file in the place of the document.
  /// - Returns: false, with the new file removed, as for ``replace(with:)``.
  mutating func replace(
    by file: FileDescriptor, at temporary: String, _ contents: ContentsDigest
  ) throws(StoreError) -> Bool {
    do throws(StoreError) {
      guard try isReplaceable(by: file, at: temporary) else {
        unsafe unlink(temporary)
        return false
      }
      // A process that opens the new file waits until this process is done with it.
      let isLocked = Self.lock(file)
      try use("replace") { () throws(SystemError) in
        _ = try SystemError.check { unsafe rename(temporary, path) }
        try FileDescriptor(folder, O_RDONLY).sync()
      }
      // Entries that were read before may keep the old file open, and with it its lock.
      do throws(SystemError) { try lockedFile?.unlock(byte: 0) } catch {}
      self.file = file
      lockedFile = isLocked == true ? file : nil
      self.contents = contents
      isOpenForWriting = true
      noteStatus(of: file)
      return true
    } catch {
      unsafe unlink(temporary)
      throw error
    }
  }

  /// Whether the locks still hold, and both paths have the files that this process read and wrote.
  private mutating func isReplaceable(by new: FileDescriptor, at temporary: String) throws(StoreError) -> Bool {
    guard try isHeldUnchanged() else { return false }
    return try use("replace") { () throws(SystemError) in
      try FileDescriptor.Status.at(temporary)?.identity == new.identity
    }
  }

  /// Writes a document to a new file and syncs it; leaves no file behind if that fails.
  ///
  /// - Parameter check: called between parts, to give the writing up.
  func write(
    _ tables: Tables, to path: String, check: @escaping () throws(StoreError) -> Void = {}
  ) throws(StoreError) -> (FileDescriptor, DocumentWriter.Result, ContentsDigest) {
    unsafe unlink(path)
    do throws(StoreError) {
      let file = try use("write") { () throws(SystemError) in try FileDescriptor(path, O_RDWR | O_CREAT | O_EXCL) }
      var contents = ContentsDigest()
      let document = try DocumentWriter.write(tables, version: version, to: file) { bytes throws(StoreError) in
        try check()
        try use("write") { () throws(SystemError) in try file.write(bytes, at: contents.count) }
        contents.append(bytes.span)
      }
      try use("write") { () throws(SystemError) in
        try file.write(JournalTail.closing, at: contents.count)
        file.setMode(0o600)
        try file.sync()
      }
      return (file, document, contents)
    } catch {
      unsafe unlink(path)
      throw error
    }
  }

  /// Copies the file beside itself before a newer format replaces it.
  /// - Returns: the path of the copy; existing copies are not overwritten, and an identical one is reused.
  func keepCopy(ofVersion version: Int) throws(StoreError) -> String {
    guard let file, let known else { throw .closed }
    let first = "\(path)\(FormatBackups.infix)\(version)"
    return try use("keep a copy of") { () throws(SystemError) in
      let bytes = try file.read(0..<known.size)
      var copy = first
      var number = 1
      while let there = try FileDescriptor.Status.of(copy) {
        // The replacement for which it was kept may have failed.
        if there.isRegularFile, there.size == known.size {
          let kept = try FileDescriptor(copy, O_RDONLY)
          if try kept.read(0..<known.size) == bytes {
            try kept.sync()
            return copy
          }
        }
        number += 1
        copy = "\(first)-\(number)"
      }
      let target = try FileDescriptor(copy, O_RDWR | O_CREAT | O_EXCL)
      do throws(SystemError) {
        try target.write(bytes, at: 0)
        try target.sync()
      } catch {
        unsafe unlink(copy)
        throw error
      }
      return copy
    }
  }
}
