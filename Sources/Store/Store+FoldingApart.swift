import Dispatch
import Synchronization

/// Rewrites a large document while other transactions go on.
///
/// A document of hundreds of megabytes takes seconds to write. It is written beside the file without the lock, from the
/// tables as they were at the beginning; then the entries that came meanwhile are copied behind it, and only for the last of
/// them and for the renaming is the lock held.
extension Store {
  /// Tells a fold to end because the store is closed.
  final class FoldStop: Sendable {
    private let isRequested = Atomic(false)

    func request() { isRequested.store(true, ordering: .relaxed) }

    func check() throws(StoreError) {
      if isRequested.load(ordering: .relaxed) { throw .closed }
    }
  }

  /// The most bytes that are copied with the lock held, if waiting for fewer is of any use.
  private static let largestLockedCopy = 4 << 20
  /// How often others' entries may come between a look at the whole file and the renaming, before it is looked at locked.
  private static let mostAttempts = 4

  /// Whether the document is too large to be written with the lock held.
  var foldsApart: Bool { tail.map { $0.end > largestLockedFold } ?? false }

  /// Folds a large document if its journal has outgrown it, while other transactions go on; returns when no removed secret
  /// is left in the file.
  func foldApartIfOutgrown() async {
    guard foldsApart, !isClosed else { return }
    if tables.hasDroppedSecret {
      while let task = foldTask { _ = await task.value }
      if tables.hasDroppedSecret, await !startFold().value { await foldLocked() }
    } else if isJournalOutgrown, foldTask == nil {
      _ = startFold()
    }
  }

  private func startFold() -> Task<Bool, Never> {
    let task = Task { await foldApart() }
    foldTask = task
    return task
  }

  /// The remedy where a fold beside transactions is not possible.
  private func foldLocked() async {
    do {
      while try await !lock(within: lockPatience) { await waitForBatch() }
      defer { unlock() }
      try catchUpLocked()
      foldIfOutgrown()
    } catch {
      noticeOnce("\(error)")
    }
  }

  private func foldApart() async -> Bool {
    defer { foldTask = nil }
    while batch.isOpen { await waitForBatch() }
    guard !isClosed, isLoaded, let tail, let fileLock = file.lockFold() else { return false }
    let hasDroppedSecret = tables.hasDroppedSecret
    tables.hasDroppedSecret = false
    var isDone = false
    do throws(StoreError) {
      isDone = try await writeApart(from: tail)
    } catch {
      foldAt = tail.count * 2
      if !isClosed { noticeOnce("\(error)") }
    }
    Self.thread.async { Allocator.returnFreeBlocks() }
    // A lock that cannot be released ends with the process.
    do { try fileLock.unlockFold() } catch {}
    if hasDroppedSecret {
      if isDone { eraseSecretsFromCopies() } else { tables.hasDroppedSecret = true }
    }
    return isDone
  }

  private func writeApart(from start: JournalTail) async throws(StoreError) -> Bool {
    let (loads, verified) = (loadCount, foreignEntryCount)
    guard let begun = try await Self.begin(tables, in: file, start, foldStop) else {
      try await readEdited()
      return false
    }
    var document = begun.document
    var isInstalled = false
    // Whatever ends the fold, a file of the store's size must not stay.
    defer { if !isInstalled { document.remove() } }
    isInstalled = try await finish(&document, begun.keys, loads: loads, verified: verified)
    return isInstalled
  }

  /// Copies the entries that came meanwhile behind the new document, and puts it in place.
  ///
  /// - Parameters:
  ///   - loads: ``loadCount`` at the beginning.
  ///   - verified: ``foreignEntryCount`` when the whole file was last looked at.
  /// - Returns: false if the document is not put in place.
  private func finish(
    _ document: inout NewDocument, _ keys: [RecordKind: [RecordKeys]], loads: Int, verified: Int
  ) async throws(StoreError) -> Bool {
    var verified = verified
    for attempt in 1...Self.mostAttempts {
      if let end = tail?.end { document = try await copyEntries(to: document, upTo: end) }
      if foreignEntryCount != verified, attempt < Self.mostAttempts {
        // Under the entry of another process there may be an edit that only a look at the whole file shows.
        verified = foreignEntryCount
        guard try await Self.isAsKnown(file, foldStop) else {
          try await readEdited()
          return false
        }
      }
      while try await !lock(within: lockPatience) { await waitForBatch() }
      defer { unlock() }
      try catchUpLocked()
      guard loads == loadCount, !isClosed, isLoaded, document.path == file.newDocumentPath, let tail else {
        return false
      }
      let isSmall = tail.end - document.copied <= Self.largestLockedCopy
      if attempt < Self.mostAttempts, !isSmall || foreignEntryCount != verified { continue }
      if foreignEntryCount != verified, try !file.isAsKnown() {
        try loadEdited()
        return false
      }
      return try install(&document, keys, upTo: tail.end)
    }
    return false
  }

  /// Puts the new document in the place of the old one, with the lock held.
  private func install(
    _ document: inout NewDocument, _ keys: [RecordKind: [RecordKeys]], upTo end: Int
  ) throws(StoreError) -> Bool {
    let isCopied = try file.use("write") { () throws(SystemError) in
      guard try document.copyEntries(upTo: end) else { return false }
      try document.finish()
      return true
    }
    guard isCopied, try file.replace(by: document.file, at: document.path, document.contents) else { return false }
    tail = document.tail
    foldAt = 0
    for (kind, keys) in keys where !kind.type.relocate(keys, by: document, in: &tables) {
      // The file is right, so it is read again.
      isLoaded = false
    }
    return true
  }

  /// Reads a file anew that was edited without a trace.
  private func readEdited() async throws(StoreError) {
    while try await !lock(within: lockPatience) { await waitForBatch() }
    defer { unlock() }
    try loadEdited()
    notice("The store \(file.path) was edited while it was in use; it has been read anew.")
  }

  // MARK: Work on another thread

  private static let thread = DispatchQueue(label: "completion-kit.fold")

  private static func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      thread.async {
        do throws(StoreError) {
          continuation.resume(returning: .success(try body()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// Writes the document of some tables; nil if the file has other contents than it had.
  private static func begin(
    _ tables: Tables, in file: StoreFile, _ tail: JournalTail, _ stop: FoldStop
  ) async throws(StoreError) -> (document: NewDocument, keys: [RecordKind: [RecordKeys]])? {
    try await onThread { () throws(StoreError) in
      guard try file.isAsKnown(check: stop.check) else { return nil }
      let document = try NewDocument(of: tables, in: file, tail: tail, path: file.newDocumentPath, check: stop.check)
      var keys: [RecordKind: [RecordKeys]] = [:]
      for kind in RecordKind.allCases { keys[kind] = kind.type.keys(in: tables) }
      return (document, keys)
    }
  }

  private static func isAsKnown(_ file: StoreFile, _ stop: FoldStop) async throws(StoreError) -> Bool {
    try await onThread { () throws(StoreError) in try file.isAsKnown(check: stop.check) }
  }

  /// Copies entries that are in the file already.
  private func copyEntries(to document: NewDocument, upTo end: Int) async throws(StoreError) -> NewDocument {
    try await Self.onThread { [file] () throws(StoreError) in
      var document = document
      // What is copied wrongly shows when the rest is.
      _ = try file.use("write") { () throws(SystemError) in try document.copyEntries(upTo: end) }
      return document
    }
  }
}
