/// The one place where state lives: records in memory, guarded by an actor, and one JSON file behind them.
///
/// Several processes may share the file. A transaction takes the file's lock, catches up on what others have written,
/// applies its closure, appends its changes as one line, and is on the disk before `commit` returns. Transactions that
/// arrive while the disk is busy share the next write.
package actor Store {
  var file: StoreFile
  let format: StoreFormat
  var tables = Tables()
  /// Where the journal goes on; nil if the document must be written anew before the next entry.
  var tail: JournalTail?
  /// Whether the document should be written anew before the next entry, although it can be continued.
  var shouldFold = false
  var isLoaded = false
  /// Whether nobody knows which parts of the file are on the disk; then it is written anew before the next entry.
  var isUncertain = false
  var isClosed = false
  /// Whether the file had records when it was last read.
  var hasHeldRecords = false
  /// Whether this process has written to the file.
  var hasWritten = false
  /// The version of a file that was upgraded in memory, until it is kept beside the one that takes its place.
  var olderVersion: Int?
  /// Size of the journal at which it is folded into the records.
  var foldAt = 0
  /// What was last said of the file, so that it is not said again at every request.
  var lastNotice: String?
  var batch = Batch()
  private var observers: [StoreObserver] = []
  private let now: @Sendable () -> Timestamp
  let lockPatience: Double
  let notice: @Sendable (String) -> Void

  /// Transactions that are in memory and wait for the same write.
  ///
  /// While it is open, the file's lock is held.
  struct Batch {
    var isOpen = false
    /// Whether the entries are on their way to the disk, so that no transaction can join.
    var isSealed = false
    var entries: [UInt8] = []
    var undo: [@Sendable (inout Tables) -> Void] = []
    /// For the observers, if there are any.
    var touched = StoreChanges()
    var waiting: [CheckedContinuation<Void, any Error>] = []
    /// Readers that came meanwhile; they see what is on the disk, not what may still be taken back.
    var readers: [Reader] = []
  }

  /// Takes the tables at the end of a batch; nil if they must be read anew first.
  typealias Reader = @Sendable (borrowing Tables, _ isLoaded: Bool) -> Void

  /// A store at a path; nothing is read or created before it is used.
  ///
  /// - Parameters:
  ///   - path: the file, which need not exist yet.
  ///   - now: the clock for the records' times.
  ///   - notice: takes sentences that the user should see although nothing failed.
  package init(
    path: String, now: @escaping @Sendable () -> Timestamp, notice: @escaping @Sendable (String) -> Void
  ) {
    self.init(path: path, format: .current, lockPatience: 10, now: now, notice: notice)
  }

  /// - Parameter lockPatience: seconds after which a lock that another process holds is given up.
  init(
    path: String, format: StoreFormat, lockPatience: Double, now: @escaping @Sendable () -> Timestamp,
    notice: @escaping @Sendable (String) -> Void
  ) {
    file = StoreFile(path: path, version: format.version)
    self.format = format
    self.lockPatience = lockPatience
    self.now = now
    self.notice = notice
  }

  // MARK: Using

  /// Reads the tables as they are now, with everything that other processes have committed.
  /// - Throws: ``StoreError``, or what the closure throws.
  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing Tables) throws -> Value
  ) async throws -> Value {
    while true {
      try await catchUp()
      if !batch.isOpen { return try body(tables) }
      let result: Result<Value, any Error>? = await withCheckedContinuation { continuation in
        batch.readers.append { tables, isLoaded in
          continuation.resume(returning: isLoaded ? Result { try body(tables) } : nil)
        }
      }
      if let result { return try result.get() }
    }
  }

  /// Applies a transaction as a whole or not at all; returns when it is on the disk.
  ///
  /// The closure runs on the actor: no other transaction comes in between. It is called again if what it saw was taken
  /// back.
  /// - Throws: ``StoreError`` if nothing could be written, or what the closure throws; nothing has changed then, but for
  ///   ``StoreError/uncertain(path:reason:)``.
  package func commit<Value: Sendable>(
    _ body: @Sendable (inout Transaction) throws -> Value
  ) async throws -> Value {
    while true {
      do {
        return try await openBatch() ? commitAndWrite(body) : commitWithBatch(body)
      } catch is Outdated {
        continue
      }
    }
  }

  /// What the transaction has seen is not so any more: it must be applied once more.
  struct Outdated: Error {}

  /// Applies the transaction that has opened the batch, and writes the batch.
  private func commitAndWrite<Value>(_ body: (inout Transaction) throws -> Value) async throws -> Value {
    let value: Value
    do {
      let isChanged: Bool
      (value, isChanged) = try apply(body)
      // Whatever is already queued on the actor runs meanwhile and joins the batch.
      if isChanged { await Task.yield() }
    } catch {
      // Nobody has joined yet, so there is nothing to write.
      _ = await flush()
      throw error
    }
    try await flush().get()
    return value
  }

  /// Applies a transaction after the one that has opened the batch, and waits for that one to write it.
  private func commitWithBatch<Value>(_ body: (inout Transaction) throws -> Value) async throws -> Value {
    let result = Result { try apply(body) }
    do {
      // Also one that changes nothing, or fails, has seen what may still be taken back.
      try await withCheckedThrowingContinuation { batch.waiting.append($0) }
    } catch {
      guard case .success((_, isChanged: true)) = result else { throw Outdated() }
      throw error
    }
    return try result.get().0
  }

  /// Runs the closure and adds its changes to the batch.
  ///
  /// The transaction ends here, before anything is awaited: while it
  /// lives it shares the tables, and changing shared tables would copy them.
  private func apply<Value>(_ body: (inout Transaction) throws -> Value) throws -> (Value, isChanged: Bool) {
    var transaction = Transaction(taking: takeTables(), now: now())
    do {
      let value = try body(&transaction)
      try transaction.check()
      tables = transaction.tables
      if transaction.changes.isEmpty { return (value, false) }
      if !batch.entries.isEmpty { batch.entries.append(contentsOf: JournalTail.separatorInBatch) }
      transaction.changes.encode(to: &batch.entries)
      batch.undo.append(contentsOf: transaction.undo)
      if !observers.isEmpty { batch.touched.formUnion(transaction.changes.touched) }
      return (value, true)
    } catch {
      transaction.rollBack()
      tables = transaction.tables
      throw error
    }
  }

  /// Moves the tables out, so that changing them in place copies nothing.
  private func takeTables() -> Tables {
    var taken = Tables()
    swap(&taken, &tables)
    return taken
  }

  // MARK: Observing

  /// Tells of every change from now on, this process's own when they are on the disk, others' when they are noticed.
  ///
  /// An observer lives as long as the store.
  package func observe() -> StoreObserver {
    let observer = StoreObserver()
    observers.append(observer)
    return observer
  }

  func tellObservers(_ changes: StoreChanges) {
    if changes.isEmpty { return }
    for observer in observers { observer.note(changes) }
  }

  /// Says something once, until something else is to be said.
  func noticeOnce(_ text: String) {
    if text == lastNotice { return }
    lastNotice = text
    notice(text)
  }
}
