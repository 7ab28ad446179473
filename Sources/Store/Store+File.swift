import JSONCoding

extension Store {
  /// Below this size a journal is not worth folding while the program runs.
  private static let smallestFold = 4 << 20
  /// A clean shutdown folds documents up to this size, which takes a few milliseconds.
  private static let largestFoldAtShutdown = 8 << 20

  /// Reads the file, so that the first request need not wait for it.
  package func prepare() throws(StoreError) {
    try catchUp()
  }

  /// Takes in what other processes have written since this one last looked.
  func catchUp() throws(StoreError) {
    switch state {
    case .closed: throw .closed
    case .unread: try load()
    case .loaded:
      if try file.change() == .none { return }
      try file.lock()
      defer { unlock() }
      try catchUpLocked()
    }
  }

  /// As ``catchUp()``, with the lock held.
  func catchUpLocked() throws(StoreError) {
    if state == .unread { return try loadLocked() }
    switch try file.change() {
    case .none: return
    case .appended where tail != nil: try readAppended()
    case .appended, .replaced: try loadLocked()
    }
  }

  private func unlock() {
    do { try file.unlock() } catch { notice("\(error)") }
  }

  // MARK: Loading

  /// Reads the file without a lock, as long as nobody is writing it.
  private func load() throws(StoreError) {
    do {
      if try read(isLocked: false) { return }
    } catch {
      guard case .damaged = error else { throw error }
    }
    // Torn or damaged: that is final only if it is so while nobody can be writing.
    try file.lock()
    defer { unlock() }
    try loadLocked()
  }

  private func loadLocked() throws(StoreError) {
    _ = try read(isLocked: true)
  }

  /// - Returns: false if the last entry is torn and another process may still be writing it.
  private func read(isLocked: Bool) throws(StoreError) -> Bool {
    state = .unread
    guard let bytes = try file.readAll(), !bytes.isEmpty else {
      tables = Tables()
      tail = nil
      state = .loaded
      return true
    }
    let document: DocumentLoader.Document
    do {
      document = try DocumentLoader.load(bytes, path: file.path)
    } catch {
      guard case .olderFormat(_, let version) = error else { throw error }
      if !isLocked { return false }
      document = try migrate(bytes, from: version)
    }
    if document.isTorn {
      if !isLocked { return false }
      notice(
        "The last entry of \(file.path) was not written to its end, by a crash before it was acknowledged; it is left out."
      )
    }
    tables = document.tables
    tail = document.tail
    foldAt = 0
    state = .loaded
    return true
  }

  /// Brings a document of an older format up to date; it is written at the next change, and the old file stays beside it.
  private func migrate(_ bytes: [UInt8], from version: Int) throws(StoreError) -> DocumentLoader.Document {
    let migrated = try migration.apply(to: bytes, from: version, path: file.path)
    var document = try DocumentLoader.load(migrated, path: file.path)
    document.tail = nil
    let copy = try file.keepCopy(of: bytes, named: "format-\(version)")
    notice("\(file.path) had format \(version) and is brought up to date; as it was it is kept in \(copy).")
    return document
  }

  /// Applies the entries that other processes have appended; reads everything anew where that fails.
  private func readAppended() throws(StoreError) {
    guard let tail else { return try loadLocked() }
    // An empty journal is read from its bracket on.
    let offset = tail.isEmpty ? tail.start - 1 : tail.end
    let text = try file.readTail(from: offset)
    var rows = TablesReader(text: text, reader: JSONReader(), tables: Tables())
    swap(&rows.tables, &tables)
    do {
      let relative = JournalTail(start: tail.start - offset, end: tail.end - offset, isEmpty: tail.isEmpty)
      let journal = try JournalReader.read(with: &rows, goingOnAt: tail.isEmpty ? nil : relative)
      tables = rows.tables
      self.tail = JournalTail(
        start: tail.start, end: journal.tail.end + offset, isEmpty: tail.isEmpty && journal.tail.isEmpty)
    } catch {
      try loadLocked()
    }
  }

  // MARK: Folding

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
  package func close() {
    defer { state = .closed }
    guard state == .loaded, let tail, !tail.isEmpty, tail.end < Self.largestFoldAtShutdown else { return }
    do {
      try file.lock()
      defer { unlock() }
      try catchUpLocked()
      self.tail = try file.replace(with: tables)
    } catch {
      notice("\(error)")
    }
  }

  // MARK: Owning runs

  /// Makes this process the one that generates a run; false if another one does.
  package func own(run id: Int) throws(StoreError) -> Bool {
    try withLock { lock throws(SystemError) in try lock.own(run: id) }
  }

  /// Gives a run up.
  package func disown(run id: Int) throws(StoreError) {
    try withLock { lock throws(SystemError) in try lock.disown(run: id) }
  }

  /// Whether another process is generating the run now.
  package func isOwnedElsewhere(run id: Int) throws(StoreError) -> Bool {
    try withLock { lock throws(SystemError) in try lock.isOwnedElsewhere(run: id) }
  }

  private func withLock<Value>(_ body: (FileLock) throws(SystemError) -> Value) throws(StoreError) -> Value {
    let lock = try file.openLock()
    do throws(SystemError) {
      return try body(lock)
    } catch {
      throw .unusable(path: file.path, action: "lock", reason: "\(error)")
    }
  }
}
