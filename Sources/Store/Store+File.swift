import JSONCoding

extension Store {
  /// Below this size a journal is not worth folding while the program runs.
  private static let smallestFold = 4 << 20
  /// A clean shutdown folds documents up to this size, which takes a few milliseconds.
  private static let largestFoldAtShutdown = 8 << 20
  /// Seconds that a clean shutdown waits for the lock.
  private static let patienceAtShutdown = 0.2

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
      if try file.change() == .none { return }
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
    case .appended, .replaced: try load()
    }
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
  private func load() throws(StoreError) {
    let document = try readDocument()
    if document.isTorn { noticeTornEntry() }
    take(document)
  }

  private func readDocument() throws(StoreError) -> DocumentLoader.Document {
    isLoaded = false
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    // The old contents make room for the new.
    tables = Tables()
    guard let bytes = try file.readAll() else {
      if hasHeldRecords { notice("The store \(file.path) is gone; it begins anew with the next change.") }
      hasHeldRecords = false
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
    return try DocumentLoader.load(bytes, path: file.path, format: format)
  }

  private func take(_ document: DocumentLoader.Document) {
    tellObservers(StoreChanges(isEverything: true))
    tables = document.tables
    tail = document.tail
    olderVersion = document.version < format.version ? document.version : nil
    foldAt = 0
    isLoaded = true
  }

  private func noticeTornEntry() {
    notice(
      "The last entry of \(file.path) was not written to its end, by a crash before it was acknowledged; it is left out."
    )
  }

  /// Applies the entries that other processes have appended; reads everything anew where that fails.
  private func readAppended() throws(StoreError) {
    guard let tail else { return try load() }
    // An empty journal is read from its bracket on.
    let offset = tail.isEmpty ? tail.start - 1 : tail.end
    let text = try file.readTail(from: offset)
    var rows = TablesReader(text: text, reader: JSONReader(), tables: Tables())
    // Reading anew, should it come to that, finds empty tables.
    hasHeldRecords = hasHeldRecords || tables.hasHeldRecords
    swap(&rows.tables, &tables)
    do {
      let relative = JournalTail(start: tail.start - offset, end: tail.end - offset, isEmpty: tail.isEmpty)
      let journal = try JournalReader.read(with: &rows, goingOnAt: tail.isEmpty ? nil : relative)
      // Anything else than what closes the document was not written by this program.
      guard !journal.isClosed || text[rows.reader.position...].elementsEqual(JournalTail.closing.dropFirst(2)) else {
        return try load()
      }
      if journal.isTorn { noticeTornEntry() }
      tables = rows.tables
      tellObservers(StoreChanges(isEverything: true))
      self.tail = JournalTail(
        start: tail.start, end: journal.tail.end + offset, isEmpty: tail.isEmpty && journal.tail.isEmpty)
    } catch {
      try load()
    }
  }

  // MARK: Writing anew

  /// Makes the file ready for an entry at its end.
  func prepareToWrite() throws(StoreError) {
    try file.requireWritable()
    guard tail == nil else { return }
    if let version = olderVersion {
      let copy = try file.keepCopy(ofVersion: version)
      olderVersion = nil
      notice("The store \(file.path) is brought from format \(version) to \(format.version); \(copy) is as it was.")
    }
    tail = try file.replace(with: tables)
  }

  /// Writes the document anew when its journal has outgrown its records.
  ///
  /// A failure costs nothing: the journal holds all.
  func foldIfOutgrown() {
    guard let tail, tail.count > max(Self.smallestFold, tail.start, foldAt) else { return }
    do {
      self.tail = try file.replace(with: tables)
      foldAt = 0
    } catch {
      foldAt = tail.count * 2
      notice("\(error)")
    }
  }

  /// Ends the use of the store; a small journal is folded, so that at rest the file is easy to read.
  package func close() async {
    isClosed = true
    await waitForBatch()
    guard hasWritten, isLoaded, let tail, !tail.isEmpty, tail.end < Self.largestFoldAtShutdown else { return }
    do {
      guard try await lock(within: Self.patienceAtShutdown) else { return }
      defer { unlock() }
      try catchUpLocked()
      if let tail = self.tail, !tail.isEmpty { self.tail = try file.replace(with: tables) }
    } catch {
      notice("\(error)")
    }
  }

  // MARK: Owning runs

  /// Makes this process the one that generates a run; false if another one does.
  package func own(run id: Int) throws(StoreError) -> Bool { try file.own(run: id) }

  /// Gives a run up.
  package func disown(run id: Int) throws(StoreError) { try file.disown(run: id) }

  /// Whether another process is generating the run now.
  package func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool { try file.isOwnedElsewhere(run: id) }
}
