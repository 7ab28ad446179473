import JSONCoding

/// A change of the store that is applied as a whole or not at all.
///
/// It reads and writes the tables directly and keeps two lists: the changes for the journal, and those that roll it
/// back.
package struct Transaction {
  /// The tables with the changes made so far.
  package private(set) var tables: Tables
  private(set) var changes = JournalEntry()
  private(set) var undo: [@Sendable (inout Tables) -> Void] = []
  /// The references of the added records.
  private var references: [RecordReference] = []
  private var hasDeletions = false
  /// Why loading would reject the changes, if it would.
  private var fault: String?
  /// The error of a record that could not be read because the file was edited.
  private var edit: StoreError?
  /// The timestamp of everything that the transaction writes.
  package let now: Timestamp

  init(taking tables: consuming Tables, now: Timestamp) {
    self.tables = tables
    self.now = now
  }

  /// Restores the tables to their state before the transaction.
  mutating func rollBack() {
    for step in undo.reversed() { step(&tables) }
    undo = []
  }

  /// Rejects what loading would reject, so that no caller's mistake makes the file unreadable.
  func check() throws(StoreError) {
    if let edit { throw edit }
    if let fault { throw .refused(reason: fault) }
    if !hasDeletions, references.allSatisfy(tables.contains) { return }
    guard let found = tables.danglingReference() else { return }
    throw .refused(reason: found.description)
  }

  private mutating func note(_ kind: RecordKind, id: Int, isNew: Bool, lastID: Int, _ references: [RecordReference]) {
    if !ValueRange.id.range.contains(id) || isNew && id <= lastID {
      fault = fault ?? "\(id) is not an id for a new \(kind.singular)"
    }
    // Rows of one run repeat the same reference.
    for reference in references where reference != self.references.last { self.references.append(reference) }
  }

  // MARK: Records

  /// Assigns the next id of its kind to the record and inserts it.
  /// - Returns: the record with its id.
  @discardableResult
  package mutating func insert<Row: Record>(_ row: Row) -> Row {
    var row = row
    row.id = tables[keyPath: Row.table].lastID + 1
    put(row)
    return row
  }

  /// Inserts the record or replaces the one with its id.
  package mutating func put<Row: Record>(_ row: Row) {
    var row = row
    row.clearImplausibleFigures()
    do { try row.check() } catch { fault = fault ?? "\(error)" }
    let lastID = tables[keyPath: Row.table].lastID
    let hasDroppedSecret = tables[keyPath: Row.table].hasDroppedSecret
    let old = tables[keyPath: Row.table].put(row)
    undo.append { [id = row.id] tables in
      if let old { _ = tables[keyPath: Row.table].put(old) } else { _ = tables[keyPath: Row.table].remove(id: id) }
      tables[keyPath: Row.table].lastID = lastID
      tables[keyPath: Row.table].hasDroppedSecret = hasDroppedSecret
    }
    note(Row.kind, id: row.id, isNew: old == nil, lastID: lastID, row.references)
    changes.put(Row.kind, id: row.id, row.encoded)
    if let text = row.newText(since: old) { changes.put(text, ofDataset: row.id) }
  }

  /// Removes the record, and a run's responses or an experiment's generations with it.
  /// - Returns: whether it existed.
  @discardableResult
  package mutating func delete<Row: Record>(_ type: Row.Type, id: Int) -> Bool {
    let hasDroppedSecret = tables[keyPath: Row.table].hasDroppedSecret
    guard let old = tables[keyPath: Row.table].remove(id: id) else { return false }
    undo.append { tables in
      _ = tables[keyPath: Row.table].put(old)
      tables[keyPath: Row.table].hasDroppedSecret = hasDroppedSecret
    }
    if let parts = Row.kind.type.parts { removeAll(parts, of: id) }
    changes.delete(Row.kind, id: id)
    hasDeletions = true
    return true
  }

  // MARK: Responses

  /// Assigns ids to the response and its new reviews, and inserts it.
  @discardableResult
  package mutating func insert(_ response: ResponseRecord) -> ResponseRecord {
    var response = response
    response.id = tables.responses.lastID + 1
    return put(response)
  }

  /// Inserts the response or replaces the one with its id; reviews with id 0 get their ids.
  @discardableResult
  package mutating func put(_ response: ResponseRecord) -> ResponseRecord {
    var response = response
    let lastReviewID = tables.lastReviewID
    let keptReviews = response.reviewIDs.filter { $0 != 0 }
    for index in response.reviews.indices where response.reviews[index].id == 0 {
      tables.lastReviewID += 1
      response.reviews[index].id = tables.lastReviewID
    }
    undo.append { $0.lastReviewID = lastReviewID }
    let old = putEncoded(&response)
    if let highest = response.reviewIDs.max() {
      note(.responses, id: highest, isNew: false, lastID: lastReviewID, [])
    }
    if keptReviews.isEmpty { return response }
    do {
      var known = try Set(old?.decoded().reviewIDs ?? [])
      for id in keptReviews where known.remove(id) == nil { fault = fault ?? "\(id) is not an id for a review" }
    } catch StoreError.edited(let kind, let id) {
      edit = .edited(kind: kind, id: id)
    } catch {
      fault = fault ?? "\(error)"
    }
    return response
  }

  /// Removes all responses of a run.
  /// - Returns: the number of removed responses.
  @discardableResult
  package mutating func deleteResponses(ofRun runID: Int) -> Int {
    let count = removeAll(ResponseRecord.self, of: runID)
    if count > 0 { changes.clearResponses(ofRun: runID) }
    return count
  }

  // MARK: Generations

  /// Assigns the next id to the generation and inserts it.
  @discardableResult
  package mutating func insert(_ generation: GenerationRecord) -> GenerationRecord {
    var generation = generation
    generation.id = tables.generations.lastID + 1
    put(generation)
    return generation
  }

  /// Inserts the generation or replaces the one with its id.
  package mutating func put(_ generation: GenerationRecord) {
    var generation = generation
    _ = putEncoded(&generation)
  }

  /// Removes the generations of a prompt version in an experiment.
  /// - Returns: the number of removed generations.
  @discardableResult
  package mutating func deleteGenerations(ofExperiment id: Int, byPrompt promptID: Int) -> Int {
    let old = tables.generations.entries(of: id)
    let removed = old.filter { $0.promptID == promptID }
    if removed.isEmpty { return 0 }
    tables.generations.restore(old.filter { $0.promptID != promptID }, of: id)
    undo.append { tables in tables.generations.restore(old, of: id) }
    for entry in removed { changes.delete(.generations, id: entry.id) }
    return removed.count
  }

  // MARK: Encoded records

  /// Inserts the record, without implausible figures, or replaces the one with its id.
  /// - Returns: the replaced entry.
  private mutating func putEncoded<Row: EncodedRecord>(_ row: inout Row) -> Row.Entry? {
    row.clearImplausibleFigures()
    let lastID = tables[keyPath: Row.Entry.table].lastID
    let bytes = row.encoded
    let entry = Row.Entry(row, encodedAs: EncodedSlice(bytes))
    let old = tables[keyPath: Row.Entry.table].put(entry)
    undo.append { [id = entry.id, ownerID = entry.ownerID] tables in
      if let old {
        _ = tables[keyPath: Row.Entry.table].put(old)
      } else {
        tables[keyPath: Row.Entry.table].remove(id: id, of: ownerID)
      }
      tables[keyPath: Row.Entry.table].lastID = lastID
    }
    note(Row.kind, id: entry.id, isNew: old == nil, lastID: lastID, row.references)
    do { try row.check() } catch { fault = fault ?? "\(error)" }
    fault = fault ?? EncodedSlice.refusal(ofSize: bytes.count)
    changes.put(Row.kind, id: entry.id, of: entry.ownerID, bytes)
    return old
  }

  /// Removes the records that belong to an owner.
  /// - Returns: the number of removed records.
  @discardableResult
  private mutating func removeAll<Row: EncodedRecord>(_ type: Row.Type, of ownerID: Int) -> Int {
    let old = tables[keyPath: Row.Entry.table].removeAll(of: ownerID)
    if !old.isEmpty { undo.append { $0[keyPath: Row.Entry.table].restore(old, of: ownerID) } }
    return old.count
  }
}
