/// The one place where state lives: records in memory, guarded by an actor, and one JSON file behind them.
///
/// Several processes may share the file. A transaction takes the file's lock, catches up on what others have written,
/// applies its closure, appends its changes as one line, and is on the disk before `commit` returns. Transactions that
/// arrive while the disk is busy share the next write.
package actor Store {
  var file: StoreFile
  var tables = Tables()
  /// Where the journal goes on; nil if the document must be written anew before the next entry.
  var tail: JournalTail?
  var state = State.unread
  /// Size of the journal at which it is folded into the records.
  var foldAt = 0
  private var batch = Batch()
  private let now: @Sendable () -> Timestamp
  let notice: @Sendable (String) -> Void
  let migration: Migration

  enum State {
    case unread, loaded, closed
  }

  /// Transactions that are in memory and wait for the same write.
  ///
  /// While it is open, the file's lock is held.
  private struct Batch {
    var isOpen = false
    var entries: [UInt8] = []
    var undo: [@Sendable (inout Tables) -> Void] = []
    var waiting: [CheckedContinuation<Void, any Error>] = []
  }

  /// A store at a path; nothing is read or created before it is used.
  ///
  /// - Parameters:
  ///   - path: the file, which need not exist yet.
  ///   - now: the clock for the records' times.
  ///   - notice: takes sentences that the user should see although nothing failed.
  package init(
    path: String, now: @escaping @Sendable () -> Timestamp, notice: @escaping @Sendable (String) -> Void
  ) {
    self.init(path: path, now: now, notice: notice, migration: .present)
  }

  init(
    path: String, now: @escaping @Sendable () -> Timestamp, notice: @escaping @Sendable (String) -> Void,
    migration: Migration
  ) {
    file = StoreFile(path: path)
    self.now = now
    self.notice = notice
    self.migration = migration
  }

  // MARK: Using

  /// Reads the tables as they are now, with everything that other processes have committed.
  /// - Throws: ``StoreError``, or what the closure throws.
  package func read<Value: Sendable>(_ body: @Sendable (borrowing Tables) throws -> Value) async throws -> Value {
    // What is not on the disk yet may still be taken back.
    if batch.isOpen { try await flushed() }
    try catchUp()
    return try body(tables)
  }

  /// Applies a transaction as a whole or not at all; returns when it is on the disk.
  ///
  /// The closure runs on the actor: no other transaction comes in between.
  /// - Throws: ``StoreError`` if nothing could be written, or what the closure throws; nothing has changed then.
  package func commit<Value: Sendable>(
    _ body: @Sendable (inout Transaction) throws -> Value
  ) async throws -> Value {
    try openBatch()
    let (value, isChanged) = try apply(body)
    if isChanged { try await flushed() }
    return value
  }

  /// Runs the closure and adds its changes to the batch.
  ///
  /// The transaction ends here, before anything is awaited: while it
  /// lives it shares the tables, and changing shared tables would copy them.
  private func apply<Value>(_ body: (inout Transaction) throws -> Value) throws -> (Value, isChanged: Bool) {
    var transaction = Transaction(taking: takeTables(), now: now())
    do {
      let value = try body(&transaction)
      tables = transaction.tables
      if transaction.changes.isEmpty { return (value, false) }
      if !batch.entries.isEmpty { batch.entries.append(contentsOf: JournalTail.separator) }
      transaction.changes.encode(to: &batch.entries)
      batch.undo.append(contentsOf: transaction.undo)
      return (value, true)
    } catch {
      tables = transaction.rolledBack()
      throw error
    }
  }

  /// Moves the tables out, so that changing them in place copies nothing.
  private func takeTables() -> Tables {
    var taken = Tables()
    swap(&taken, &tables)
    return taken
  }

  // MARK: Group commit

  /// Takes the lock and catches up, unless an earlier transaction has done so and still waits for its write.
  private func openBatch() throws(StoreError) {
    if batch.isOpen { return }
    guard state != .closed else { throw .closed }
    try file.lock()
    do {
      try catchUpLocked()
      if tail == nil { tail = try file.replace(with: tables) }
    } catch {
      try file.unlock()
      throw error
    }
    batch.isOpen = true
    // Whatever is already queued on the actor runs before this and joins the batch.
    Task { flush() }
  }

  private func flushed() async throws {
    try await withCheckedThrowingContinuation { batch.waiting.append($0) }
  }

  private func flush() {
    var finished = Batch()
    swap(&finished, &batch)
    let result = Result<Void, any Error> { try write(finished.entries) }
    if case .failure = result {
      for step in finished.undo.reversed() { step(&tables) }
    }
    do { try file.unlock() } catch { notice("\(error)") }
    for continuation in finished.waiting { continuation.resume(with: result) }
  }

  private func write(_ entries: [UInt8]) throws(StoreError) {
    guard !entries.isEmpty, let tail else { return }
    self.tail = try file.append(entries, at: tail)
    foldIfOutgrown()
  }
}
