import JSONCoding

extension Store {
  /// Reads the file, so that the first request need not wait for it.
  package func prepare() async throws(StoreError) {
    try await catchUp()
  }

  /// Takes in what other processes have written since this one last looked.
  func catchUp() async throws(StoreError) {
    guard !isClosed else { throw .closed }
    // Whoever has opened the batch has caught up.
    if isWriting { return }
    if isLoaded {
      switch try file.change() {
      case .none: return
      case .gone where tables.hasHeldRecords: return noticeOnce("\(StoreError.gone(path: file.path))")
      case .appended, .edited, .replaced, .gone: break
      }
    } else if try readUnlocked() {
      return
    }
    // Torn, damaged or being written: what the file holds is final only while nobody can be writing.
    do {
      guard try await lock(within: lockPatience) else { return }
    } catch {
      // Where no lock can be had, as in a folder that may only be read, the file is taken as it is.
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

  /// Refuses a change to a store whose file has gone; nothing is made in its place, not even a folder.
  func requireFile() throws(StoreError) {
    guard isLoaded, tables.hasHeldRecords, try file.change() == .gone else { return }
    throw .gone(path: file.path)
  }

  /// Makes the next look at the store read the file anew, and the next change write it anew.
  ///
  /// After a failed sync nobody knows which parts of the file are on the disk.
  func forget() {
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    isLoaded = false
    isUncertain = true
  }

  // MARK: Loading

  /// Reads the file as it is, however another process may be writing it.
  /// - Returns: false if it is torn or damaged, which may be because of that.
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

  /// Reads the file anew.
  func load() throws(StoreError) {
    let document = try readDocument()
    if document.isTorn { noticeTornEntry() }
    take(document)
  }

  /// Reads the file anew after somebody has edited it in place.
  ///
  /// Another process that takes the next entry for all that has changed would go on with what it read before. The next
  /// change writes another file, which no process takes for the old one.
  private func loadEdited() throws(StoreError) {
    try load()
    shouldFold = true
  }

  private func readDocument() throws(StoreError) -> DocumentLoader.Document {
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    isLoaded = false
    // The old contents make room for the new.
    tables = Tables()
    guard let bytes = try file.readAll() else {
      if hasHeldRecords { throw .gone(path: file.path) }
      return DocumentLoader.Document(tables: Tables(), version: format.version)
    }
    if bytes.isEmpty {
      // An editor may be about to write it.
      guard !hasHeldRecords else {
        throw .damaged(
          path: file.path, line: 1, reason: "the file is empty, although it held records; to begin anew, remove it")
      }
      return DocumentLoader.Document(tables: Tables(), version: format.version)
    }
    let document = try DocumentLoader.load(bytes, path: file.path, format: format)
    file.contents.append(bytes.span.extracting(0..<(document.tail?.end ?? bytes.count)))
    return document
  }

  private func take(_ document: DocumentLoader.Document) {
    tellObservers(StoreChanges(isEverything: true))
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
      "The last entry of \(file.path) was not written to its end, by a crash before it was acknowledged; it is left out."
    )
  }

  /// Applies the entries that other processes have appended; reads everything anew where that fails.
  private func readAppended() throws(StoreError) {
    guard let tail else { return try load() }
    // From before the tail on, to see that what was there still is.
    let known = file.contents.ending
    let offset = tail.end - known.count
    let text = try file.readTail(from: offset)
    guard text.starts(with: known) else { return try loadEdited() }
    // An empty journal is read from its bracket on.
    let start = JSONReader(position: tail.isEmpty ? known.count - 1 : known.count)
    var rows = TablesReader(text: text, reader: start, tables: Tables())
    // Reading anew, should it come to that, finds empty tables.
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    swap(&rows.tables, &tables)
    do {
      let relative = JournalTail(start: tail.start - offset, end: tail.end - offset, isEmpty: tail.isEmpty)
      let journal = try JournalReader.read(with: &rows, goingOnAt: tail.isEmpty ? nil : relative)
      // Anything else than what closes the document was not written by this program.
      guard !journal.isClosed || text[rows.reader.position...].elementsEqual(JournalTail.closing.dropFirst(2)) else {
        return try loadEdited()
      }
      if journal.isTorn { noticeTornEntry() }
      tables = rows.tables
      tellObservers(StoreChanges(isEverything: true))
      file.contents.append(text.span.extracting(known.count..<journal.tail.end))
      self.tail = JournalTail(
        start: tail.start, end: journal.tail.end + offset, isEmpty: tail.isEmpty && journal.tail.isEmpty)
    } catch {
      try load()
    }
  }

  // MARK: Owning runs

  /// Makes this process the one that generates a run; false if another one does.
  package func own(run id: Int) async throws(StoreError) -> Bool {
    // Looking at the lock's file may give its locks up, which a write in progress relies on.
    while isWriting { await waitForBatch() }
    try requireFile()
    return try file.own(run: id)
  }

  /// Gives a run up.
  package func disown(run id: Int) throws(StoreError) { try file.disown(run: id) }

  /// Whether another process is generating the run now.
  package func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool { try file.isOwnedElsewhere(run: id) }
}
