import JSONCoding

extension Store {
  /// The path of the file and the number of its folder, which tell the store from its copies; nil without a folder.
  ///
  /// Only copies of whole disks have both in common.
  package var location: String? {
    do {
      return try FileDescriptor.Status.of(file.folder).map { "\($0.identity.inode) \(file.path)" }
    } catch { return nil }
  }

  /// Reads the file, so that the first request does not wait for it.
  package func prepare() async throws(StoreError) {
    try await catchUp()
  }

  /// Applies the changes that other processes have written since the last time.
  func catchUp() async throws(StoreError) {
    guard !isClosed else { throw .closed }
    // The transaction that opened the batch has already caught up.
    if isWriting { return }
    if isLoaded {
      switch try file.change() {
      case .none: return
      case .gone where tables.hasHeldRecords: return noticeOnce("\(StoreError.gone(path: file.path))")
      case .replaced: if try readUnlocked() { return }
      case .appended, .edited, .gone: break
      }
    } else if try readUnlocked() {
      return
    }
    // The file is truncated, damaged or being written; its contents are final only while nobody can write.
    do {
      guard try await lock(within: lockPatience) else { return }
    } catch {
      // Without a lock, as in a read-only folder, the file is read as it is.
      guard case .unusable = error else { throw error }
      return try load()
    }
    defer { unlock() }
    try catchUpLocked()
  }

  /// As ``catchUp()``, with the lock held.
  func catchUpLocked() throws(StoreError) {
    guard isLoaded else { return try load() }
    switch try file.change() {
    case .none: return
    case .appended where tail != nil: try readAppended()
    case .edited: try loadEdited()
    case .gone where tables.hasHeldRecords: throw .gone(path: file.path)
    case .appended, .replaced, .gone: try load()
    }
  }

  /// Rejects a change to a store whose file has disappeared, without creating anything in its place.
  func requireFile() throws(StoreError) {
    guard isLoaded, tables.hasHeldRecords, try file.change() == .gone else { return }
    throw .gone(path: file.path)
  }

  /// As ``requireFile()``; whether the whole file must be read.
  func needsReading() throws(StoreError) -> Bool {
    guard isLoaded else { return true }
    let change = try file.change()
    if change == .gone, tables.hasHeldRecords { throw .gone(path: file.path) }
    return change == .replaced
  }

  /// Forces a reload before the next access, and a rewrite before the next change.
  ///
  /// After a failed sync it is unknown which parts of the file are on disk.
  func forget() {
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    isLoaded = false
    isUncertain = true
  }

  // MARK: Loading

  /// Reads the file without a lock, even while another process may be writing it.
  /// - Returns: false if it is truncated or damaged, perhaps because it is being written.
  private func readUnlocked() throws(StoreError) -> Bool {
    do {
      let document = try readDocument()
      if document.isTorn { return false }
      take(document)
      return true
    } catch {
      guard case .damaged = error else { throw error }
      return false
    }
  }

  /// Reloads the file.
  func load() throws(StoreError) {
    let document = try readDocument()
    if document.isTorn { noticeTornEntry() }
    take(document)
  }

  /// Reloads the file after it was edited in place.
  ///
  /// Another process that sees only the next entry would continue with its old contents. So the next change writes a
  /// new file, which no process mistakes for the old one.
  func loadEdited() throws(StoreError) {
    try load()
    shouldFold = true
  }

  private func readDocument() throws(StoreError) -> DocumentLoader.Document {
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    isLoaded = false
    // The old contents are released first, to save memory.
    tables = Tables()
    guard let (open, size) = try file.openSettled() else {
      if hasHeldRecords { throw .gone(path: file.path) }
      return DocumentLoader.Document(tables: Tables(), version: format.version)
    }
    if size == 0 {
      // An editor or a backup has emptied it, and may be about to write it; or a crash has.
      if try hasHeldRecords ? true : file.isKnownPlace() {
        throw .damaged(
          path: file.path, line: 1, reason: "the file is empty, although a store was in it; to start over, remove it")
      }
      return DocumentLoader.Document(tables: Tables(), version: format.version)
    }
    return try Allocator.whileReading(fileOf: size) { () throws(StoreError) in try readDocument(open, size: size) }
  }

  private func readDocument(_ open: FileDescriptor, size: Int) throws(StoreError) -> DocumentLoader.Document {
    if let (document, digest) = LineLoader.load(open, size: size, format: format) {
      file.contents = digest
      return document
    }
    let bytes = try file.use("read") { () throws(SystemError) in try open.read(0..<size) }
    let document = try DocumentLoader.load(bytes, of: file.file, path: file.path, format: format)
    file.contents.append(bytes.span.extracting(0..<(document.tail?.end ?? bytes.count)))
    return document
  }

  private func take(_ document: DocumentLoader.Document) {
    tellObservers(StoreChanges(isEverything: true))
    if loadCount == 0 { file.removeAbandonedDocument() }
    loadCount += 1
    tables = document.tables
    tail = isUncertain ? nil : document.tail
    olderVersion = document.version < format.version ? document.version : nil
    foldAt = 0
    shouldFold = false
    isLoaded = true
    lastNotice = nil
  }

  private func noticeTornEntry() {
    notice(
      "The last entry of \(file.path) is incomplete, because of a crash before it was acknowledged; it is left out."
    )
  }

  /// Applies the entries that other processes have appended; reloads everything on failure.
  private func readAppended() throws(StoreError) {
    guard let tail else { return try load() }
    // Read from before the tail, to check that the earlier text is unchanged.
    let known = file.contents.ending
    let offset = tail.end - known.count
    let text = try file.readTail(from: offset)
    guard text.starts(with: known) else { return try loadEdited() }
    // An empty journal is read from its bracket.
    let start = JSONReader.ofStore(position: tail.isEmpty ? known.count - 1 : known.count)
    var rows = TablesReader(
      text: text, file: file.file.map(FileReference.init), offset: offset, reader: start, tables: Tables())
    // A reload, if needed, would find empty tables.
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    swap(&rows.tables, &tables)
    do {
      let relative = JournalTail(start: tail.start - offset, end: tail.end - offset, isEmpty: tail.isEmpty)
      let journal = try JournalReader.read(with: &rows, goingOnAt: tail.isEmpty ? nil : relative)
      // Any text other than the closing brackets was not written by this program.
      guard !journal.isClosed || text[rows.reader.position...].elementsEqual(JournalTail.closing.dropFirst(2)) else {
        return try loadEdited()
      }
      if journal.isTorn { noticeTornEntry() }
      tables = rows.tables
      foreignEntryCount += 1
      tellObservers(StoreChanges(isEverything: true))
      file.contents.append(text.span.extracting(known.count..<journal.tail.end))
      self.tail = JournalTail(
        start: tail.start, end: journal.tail.end + offset, isEmpty: tail.isEmpty && journal.tail.isEmpty)
    } catch {
      try load()
    }
  }

  // MARK: Ownership of runs

  /// Makes this process the one that generates a run; false if another one does.
  package func own(run id: Int) async throws(StoreError) -> Bool {
    // Looking at the lock's file may give its locks up, which a write in progress relies on.
    while isWriting { await waitForBatch() }
    try requireFile()
    return try file.own(run: id)
  }

  /// Releases a run.
  package func disown(run id: Int) throws(StoreError) { try file.disown(run: id) }

  /// Whether another process is generating the run.
  package func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool { try file.isOwnedElsewhere(run: id) }
}
