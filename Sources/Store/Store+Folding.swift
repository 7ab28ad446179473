/// Rewrites the document when its journal has outgrown it, when it holds a removed secret, and at shutdown.
extension Store {
  /// The largest document that a clean shutdown folds, which takes a few milliseconds.
  private static let largestFoldAtShutdown = 8 << 20
  /// Seconds to wait for the lock at a clean shutdown.
  private static let patienceAtShutdown = 0.2

  /// Prepares the file for appending an entry.
  /// - Returns: false if another process is writing it and the caller must catch up again.
  func prepareToWrite() throws(StoreError) -> Bool {
    try file.requireWritable()
    if let version = olderVersion {
      let copy = try file.keepCopy(ofVersion: version)
      olderVersion = nil
      notice(
        "The store \(file.path) is upgraded from format \(version) to \(format.version); \(copy) keeps the old one.")
    }
    if tail == nil { return try fold() }
    if shouldFold || tables.hasDroppedSecret && !foldsApart { return foldIfPossible() }
    return true
  }

  /// Rewrites the document; a file with unnoticed edits is reloaded first.
  /// - Returns: false, without writing, if the lock was lost.
  private func fold() throws(StoreError) -> Bool {
    if try !file.isAsKnown() {
      try load()
      notice("The store \(file.path) was edited while it was in use; it has been read anew.")
    }
    let hasDroppedSecret = tables.hasDroppedSecret
    guard let document = try file.replace(with: tables) else { return false }
    tail = document.tail
    loadCount += 1
    for (kind, slices) in document.slices { kind.type.moveAll(to: slices, in: &tables) }
    foldAt = 0
    olderVersion = nil
    shouldFold = false
    isUncertain = false
    tables.hasDroppedSecret = false
    if hasDroppedSecret {
      eraseSecretsFromCopies()
      file.removeAbandonedDocument()
    }
    return true
  }

  /// As ``fold()``; if the document cannot be rewritten, as on a full disk, its journal is continued.
  private func foldIfPossible() -> Bool {
    do { return try fold() } catch {
      noticeOnce("\(error)")
      return isLoaded
    }
  }

  var isJournalOutgrown: Bool { tail.map { $0.count > max(smallestFold, $0.start, foldAt) } ?? false }

  /// Rewrites the document if its journal has outgrown its records, or contains a removed secret.
  ///
  /// A failure is harmless, because the journal is complete.
  func foldIfOutgrown() {
    if tables.hasDroppedSecret {
      _ = foldIfPossible()
      if tables.hasDroppedSecret {
        notice("A key that was removed or replaced is still in \(file.path), until it can be written anew.")
      }
      return
    }
    guard isJournalOutgrown, let tail else { return }
    do {
      _ = try fold()
    } catch {
      foldAt = tail.count * 2
      notice("\(error)")
    }
  }

  /// Removes keys that no record uses any more from the copies of older formats beside the file.
  func eraseSecretsFromCopies() {
    let secrets = Set(tables.providerCredentials.all.compactMap(\.secret))
    for copy in FormatBackups.paths(beside: file.path) {
      do throws(SystemError) {
        if try FormatBackups.eraseSecrets(except: secrets, in: copy) {
          notice("\(copy) no longer holds the keys that were removed from the store; all else in it is as it was.")
        }
      } catch {
        notice("\(copy) may still hold a key that was removed from the store (\(error)): remove it yourself.")
      }
    }
  }

  /// Closes the store; a small journal is folded, so that the file at rest is easy to read.
  package func close() async {
    isClosed = true
    foldStop.request()
    while let task = foldTask { _ = await task.value }
    await waitForBatch()
    guard isLoaded, let tail, !tail.isEmpty else { return }
    guard tables.hasDroppedSecret || hasWritten && tail.end < Self.largestFoldAtShutdown else { return }
    do {
      if tables.hasHeldRecords, try file.change() == .gone { return }
      guard try await lock(within: Self.patienceAtShutdown) else { return }
      defer { unlock() }
      try catchUpLocked()
      guard let tail = self.tail, !tail.isEmpty, try file.isHeldUnchanged() else { return }
      _ = try fold()
    } catch {
      notice("\(error)")
    }
  }
}
