import JSONCoding

/// Why the store cannot be read or written, in one sentence with the remedy.
package enum StoreError: ClientFacingError, Equatable, Sendable {
  /// The file or its folder cannot be used, for the system's `reason`.
  case unusable(path: String, action: String, reason: String)
  /// The path is not a regular file.
  case notAFile(path: String)
  /// The text violates JSON or a rule of the store at this line; the file was not changed.
  case damaged(path: String, line: Int, reason: String)
  /// A record cannot be read from the file, or not decoded.
  case damagedRecord(kind: RecordKind, id: Int, reason: String)
  /// A record was changed in the file since its place was noted. The file is read anew before the next access.
  case edited(kind: RecordKind, id: Int)
  /// A change was rejected because it would make the file unreadable.
  case refused(reason: String)
  /// The file was written by a newer version of the program.
  case newerFormat(path: String, version: Int)
  /// Another process holds the lock for too long.
  case locked(path: String)
  /// The file was deleted or moved while it was in use.
  case gone(path: String)
  /// A change could be neither written nor rolled back.
  case uncertain(path: String, reason: String)
  /// The store was closed.
  case closed

  package var description: String {
    switch self {
    case .unusable(let path, let action, let reason):
      "Cannot \(action) the store \(path): \(reason). Nothing was changed; \(SystemError.isFull(reason) ? "free space on the disk and try again" : "make the path usable"), or choose another with --store."
    case .notAFile(let path):
      "The store \(path) is not a regular file. Choose another path with --store."
    case .damaged(let path, let line, let reason):
      "The store \(path) is damaged at line \(line): \(reason). The file was left as it is; repair that line, restore a backup, or choose another path with --store."
    case .damagedRecord(let kind, let id, let reason):
      "The \(kind.singular) \(id) in the store is damaged: \(reason)."
    case .edited(let kind, let id):
      "The \(kind.singular) \(id) was edited in the store's file while it was in use. Try again; the file is read anew."
    case .refused(let reason):
      "The change was not made, because the store could not be read again with it: \(reason). This is a fault of completion-kit."
    case .newerFormat(let path, let version):
      "The store \(path) has format \(version), which this version of completion-kit does not know. Install a newer one, or choose another path with --store."
    case .locked(let path):
      "Another process has held the lock of the store \(path) for too long. End it, or try again."
    case .gone(let path):
      "The store \(path) is gone: it was deleted or moved away while the server was running. Nothing was changed, and what it held can still be read here. Put the file back to go on, or restart the server to begin an empty store."
    case .uncertain(let path, let reason):
      "Writing to the store \(path) failed, and so did taking the change back: \(reason). It is not known whether the change was saved. Look before you make it again; the store is read anew before anything else is done."
    case .closed:
      "The store is closed: the server is shutting down. Start it again."
    }
  }
}
