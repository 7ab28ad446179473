import Dispatch

/// Group commit, and the lock under which it happens.
extension Store {
  /// Takes the lock and catches up, unless an earlier transaction did so and still waits for its write.
  ///
  /// - Returns: whether this call opened the batch and must therefore ``flush()`` it.
  func openBatch() async throws(StoreError) -> Bool {
    let start = ContinuousClock.now
    while !batch.isOpen || batch.isSealed {
      if batch.isSealed {
        await waitForBatch()
        continue
      }
      guard !isClosed else { throw .closed }
      // A file that is read as a whole is read before it is locked, because others would wait for that.
      if try needsReading() { try await catchUp() }
      guard try await lock(within: lockPatience) else { continue }
      // No await follows, because another transaction could otherwise open the batch as well.
      do throws(StoreError) {
        guard !isClosed else { throw .closed }
        try catchUpLocked()
        batch.isOpen = try prepareToWrite()
      } catch {
        unlock()
        throw error
      }
      if batch.isOpen { return true }
      // The lock file was removed, and another process holds the new one; it will be released shortly.
      unlock()
      if ContinuousClock.now - start > .seconds(lockPatience) { throw .locked(path: file.path) }
      await Self.pause(microseconds: 200)
    }
    return false
  }

  /// Writes the open batch and ends the waits for it.
  ///
  /// The disk is waited for on a thread of its own, unless this thread may block. Transactions that arrive meanwhile
  /// wait for the next batch.
  func flush() async -> Result<Void, any Error> {
    batch.isSealed = true
    let loads = loadCount
    let result: Result<Void, any Error>
    do { result = .success(try await write(batch.entries)) } catch { result = .failure(error) }
    var finished = Batch()
    swap(&finished, &batch)
    switch result {
    case .success:
      tellObservers(finished.touched)
      if !finished.entries.isEmpty, !foldsApart { foldIfOutgrown() }
    case .failure(let error):
      for step in finished.undo.reversed() { step(&tables) }
      if case StoreError.uncertain = error { forget() }
    }
    unlock()
    // A fold frees much at once.
    if loadCount != loads { Allocator.returnFreeBlocks() }
    for reader in finished.readers { reader(tables, isLoaded) }
    if case .success = result, !finished.entries.isEmpty { await foldApartIfOutgrown() }
    for continuation in finished.waiting { continuation.resume(with: result) }
    return result
  }

  /// Returns when the batch that is open now, if any, has been written.
  func waitForBatch() async {
    guard batch.isOpen else { return }
    await withCheckedContinuation { continuation in
      batch.readers.append { _, _ in continuation.resume() }
    }
  }

  private func write(_ entries: JournalText) async throws {
    guard !entries.isEmpty, let tail else { return }
    // Otherwise another process may have locked a new file and be about to write at the same place.
    guard try file.isHeldUnchanged() else { throw Outdated() }
    let append = try file.appending(entries, at: tail)
    let outcome = mayBlockThread() ? append.run() : await Self.onDisk { append.run() }
    self.tail = try file.finish(append, outcome)
    // The records' bytes need not be kept any more.
    let written = FileReference(append.file)
    for place in append.text.places {
      var place = place
      place.offset += append.tail.end
      place.kind.type.move(place, to: written, in: &tables)
    }
    hasWritten = true
  }

  /// The thread that waits for the disk, so that none of the tasks' threads does.
  private static let disk = DispatchQueue(label: "completion-kit.store")

  private static func onDisk<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      disk.async { continuation.resume(returning: body()) }
    }
  }

  // MARK: The lock

  /// Takes the file's lock.
  ///
  /// - Returns: false, without taking it, if a transaction of this store has taken it meanwhile.
  /// - Throws: ``StoreError/locked(path:)`` after this many seconds.
  func lock(within patience: Double) async throws(StoreError) -> Bool {
    let start = ContinuousClock.now
    var pause = 50
    while !batch.isOpen {
      if try file.tryLock() { return true }
      if ContinuousClock.now - start > .seconds(patience) { throw .locked(path: file.path) }
      await Self.pause(microseconds: pause)
      // A busy writer releases the lock only for moments, which a rare attempt would miss.
      pause = min(pause * 2, 200)
    }
    return false
  }

  /// Waits even if the task is cancelled, because the paid results of a cancelled run are still recorded.
  private static func pause(microseconds: Int) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(microseconds)) { continuation.resume() }
    }
  }

  func unlock() {
    do { try file.unlock() } catch { notice("\(error)") }
  }

  /// Whether a transaction of this store holds the file's lock and has caught up.
  var isWriting: Bool { batch.isOpen }
}
