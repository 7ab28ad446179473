import Synchronization

/// The program's state, guarded by an actor and stored in one JSON file.
///
/// Records are in memory; of the many responses and generations only what lists and sums need is.
///
/// Several processes can share the file. A transaction takes the file's lock, catches up with the changes of others,
/// runs its closure and appends its changes as one line, which is on disk before `commit` returns. Transactions that
/// arrive during a write share the next one.
package actor Store {
  var file: StoreFile
  let format: StoreFormat
  var tables = Tables()
  /// The position at which the journal continues; nil if the document must be rewritten before the next entry.
  var tail: JournalTail?
  /// Whether the document should be rewritten before the next entry, although it can be continued.
  var shouldFold = false
  var isLoaded = false
  /// Whether it is unknown which parts of the file are on disk; it is then rewritten before the next entry.
  var isUncertain = false
  var isClosed = false
  /// Whether the file had records when it was last read.
  var hasHeldRecords = false
  /// Whether this process has written to the file.
  var hasWritten = false
  /// The version of a file that was upgraded in memory, until its copy is kept.
  var olderVersion: Int?
  /// The number of times that the tables were read anew or the document was rewritten.
  var loadCount = 0
  /// The number of times that entries of other processes were read.
  var foreignEntryCount = 0
  /// The fold that is going on beside transactions.
  var foldTask: Task<Bool, Never>?
  let foldStop = FoldStop()
  /// The size in bytes of the smallest journal that is folded while the program runs.
  var smallestFold = 4 << 20
  /// The size in bytes of the largest document that is written with the lock held, which takes some 50 ms.
  var largestLockedFold = 16 << 20
  /// After a failed fold, the size of the journal at which it is tried again; otherwise 0.
  var foldAt = 0
  /// The last notice about the file, so that it is not repeated at every request.
  var lastNotice: String?
  var batch = Batch()
  /// The number of transactions that have been called and are in no batch yet.
  let arrivals = Atomic(0)
  private var observers: [StoreObserver] = []
  private let now: @Sendable () -> Timestamp
  let lockPatience: Double
  let notice: @Sendable (String) -> Void
  /// Whether the current thread may wait for the disk.
  let mayBlockThread: @Sendable () -> Bool

  /// Transactions in memory that wait for the same write.
  ///
  /// The file's lock is held while a batch is open.
  struct Batch {
    var isOpen = false
    /// Whether the entries are on their way to the disk, so that no transaction can join.
    var isSealed = false
    var entries = JournalText()
    var undo: [@Sendable (inout Tables) -> Void] = []
    /// The changes to report to observers.
    var touched = StoreChanges()
    var waiting: [CheckedContinuation<Void, any Error>] = []
    /// Waiting readers, which see only what is on disk, not changes that may still be rolled back.
    var readers: [Reader] = []
  }

  /// Receives the tables at the end of a batch, and whether they are loaded; otherwise they must be read anew first.
  typealias Reader = @Sendable (borrowing Tables, _ isLoaded: Bool) -> Void

  /// A store at a path; nothing is read or created before its first use.
  ///
  /// - Parameters:
  ///   - path: the path of the file, which need not exist yet.
  ///   - now: the clock for the records' times.
  ///   - notice: receives messages for the user that are not errors.
  ///   - mayBlockThread: whether the current thread may wait for the disk. A transaction on such a thread need not wake
  ///     another one.
  package init(
    path: String, now: @escaping @Sendable () -> Timestamp, notice: @escaping @Sendable (String) -> Void,
    mayBlockThread: @escaping @Sendable () -> Bool = { false }
  ) {
    self.init(
      path: path, format: .current, lockPatience: 10, now: now, notice: notice, mayBlockThread: mayBlockThread)
  }

  /// - Parameter lockPatience: seconds to wait for a lock that another process holds.
  init(
    path: String, format: StoreFormat, lockPatience: Double, now: @escaping @Sendable () -> Timestamp,
    notice: @escaping @Sendable (String) -> Void, mayBlockThread: @escaping @Sendable () -> Bool = { false }
  ) {
    file = StoreFile(path: path, version: format.version)
    self.format = format
    self.lockPatience = lockPatience
    self.now = now
    self.notice = notice
    self.mayBlockThread = mayBlockThread
  }

  // MARK: Reading and committing

  /// Reads the current tables, including everything that other processes have committed.
  /// - Throws: ``StoreError``, or an error of the closure.
  package func read<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing Tables) throws -> Value
  ) async throws -> Value {
    var mayRepeat = true
    while true {
      try await catchUp()
      // Nil if the tables must be read anew first.
      let result: Result<Value, any Error>?
      if batch.isOpen {
        result = await withCheckedContinuation { continuation in
          batch.readers.append { tables, isLoaded in
            continuation.resume(returning: isLoaded ? Result { try body(tables) } : nil)
          }
        }
      } else {
        result = Result { try body(tables) }
      }
      if mayRepeat, case .failure(StoreError.edited) = result {
        mayRepeat = false
        continue
      }
      if let result { return try result.get() }
    }
  }

  /// Applies a transaction as a whole or not at all; returns when it is on disk.
  ///
  /// The closure runs on the actor, so no other transaction interleaves. It is called again if the state that it saw
  /// was rolled back.
  /// - Throws: ``StoreError`` if nothing could be written, or an error of the closure. Nothing has changed then, except
  ///   with ``StoreError/uncertain(path:reason:)``.
  package nonisolated func commit<Value: Sendable>(
    _ body: @Sendable (inout Transaction) throws -> Value
  ) async throws -> Value {
    arrivals.add(1, ordering: .relaxed)
    return try await perform(body)
  }

  private func perform<Value: Sendable>(_ body: @Sendable (inout Transaction) throws -> Value) async throws -> Value {
    var mayRepeat = true
    while true {
      do {
        return try await join() ? commitAndWrite(body) : commitWithBatch(body)
      } catch is Outdated {
        arrivals.add(1, ordering: .relaxed)
      } catch StoreError.edited where mayRepeat {
        mayRepeat = false
        arrivals.add(1, ordering: .relaxed)
      }
    }
  }

  /// Opens a batch or joins the open one.
  ///
  /// - Returns: whether it opened the batch and must therefore write it.
  private func join() async throws(StoreError) -> Bool {
    defer { arrivals.subtract(1, ordering: .relaxed) }
    return try await openBatch()
  }

  /// The state seen by the transaction is outdated, and it must be applied again.
  struct Outdated: Error {}

  /// Applies the transaction that opened the batch, and writes the batch.
  private func commitAndWrite<Value>(_ body: (inout Transaction) throws -> Value) async throws -> Value {
    let value: Value
    do {
      let isChanged: Bool
      (value, isChanged) = try apply(body)
      // Transactions that are about to arrive run now and join the batch.
      if isChanged, arrivals.load(ordering: .relaxed) > 0 { await Task.yield() }
    } catch {
      // Nobody has joined yet, so there is nothing to write.
      _ = await flush()
      throw error
    }
    try await flush().get()
    return value
  }

  /// Applies a transaction in an open batch, and waits for the batch to be written.
  private func commitWithBatch<Value>(_ body: (inout Transaction) throws -> Value) async throws -> Value {
    let result = Result { try apply(body) }
    do {
      // Even a transaction without changes, or one that fails, has seen changes that may still be rolled back.
      try await withCheckedThrowingContinuation { batch.waiting.append($0) }
    } catch {
      guard case .success((_, isChanged: true)) = result else { throw Outdated() }
      throw error
    }
    return try result.get().0
  }

  /// Runs the closure and adds its changes to the batch.
  ///
  /// The transaction ends here, before anything is awaited: while it lives it shares the tables, and changing shared
  /// tables would copy them.
  private func apply<Value>(_ body: (inout Transaction) throws -> Value) throws -> (Value, isChanged: Bool) {
    var transaction = Transaction(taking: takeTables(), now: now())
    do {
      let value = try body(&transaction)
      try transaction.check()
      tables = transaction.tables
      if transaction.changes.isEmpty { return (value, false) }
      if !batch.entries.isEmpty { batch.entries.append(.bytes(JournalTail.separatorInBatch[...])) }
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

  /// Moves the tables out, so that they are changed in place without copying.
  private func takeTables() -> Tables {
    var taken = Tables()
    swap(&taken, &tables)
    return taken
  }

  // MARK: Observing

  /// Reports every later change: this process's own once it is on disk, others' when they are noticed.
  ///
  /// An observer lives as long as the store.
  ///
  /// - Parameter isHeard: whether anybody listens to the observer now; called without a lock.
  package func observe(while isHeard: @escaping @Sendable () -> Bool = { true }) -> StoreObserver {
    let observer = StoreObserver(isHeard: isHeard)
    observers.append(observer)
    return observer
  }

  func tellObservers(_ changes: StoreChanges) {
    if changes.isEmpty { return }
    for observer in observers { observer.note(changes) }
  }

  /// Gives a notice once, until the notice changes.
  func noticeOnce(_ text: String) {
    if text == lastNotice { return }
    lastNotice = text
    notice(text)
  }
}
