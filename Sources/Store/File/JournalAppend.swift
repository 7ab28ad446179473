/// One entry for the end of the journal, and the work of writing it, which blocks.
struct JournalAppend: Sendable {
  let text: JournalText
  let tail: JournalTail
  let file: FileDescriptor
  let before: FileDescriptor.Status

  enum Outcome: Sendable {
    /// The entry is on the disk.
    case written
    /// The entry could not be written, and the file ends behind the last good entry.
    case takenBack(SystemError)
    /// The entry could not be written, and the file could not be restored.
    case uncertain(SystemError, SystemError)
  }

  /// Writes the entry and syncs the file; restores the file where that fails.
  func run() -> Outcome {
    do throws(SystemError) {
      if before.mode & 0o777 != 0o600 { file.setMode(0o600) }
      // A torn entry goes first: what a second crash left of it behind the new one would be damage.
      if before.size > tail.end + JournalTail.closing.count { try file.truncate(to: tail.end) }
      if let short = text.shortText {
        try file.write(short + JournalTail.closing, at: tail.end)
      } else {
        // A first part over the closing brackets would leave the rest of them behind it, should this be the end of the
        // process. A file that only lacks its closing brackets has lost nothing.
        try file.truncate(to: tail.end)
        var offset = tail.end
        try text.forEachPart { part throws(SystemError) in
          try file.write(part, at: offset)
          offset += part.count
        }
        try file.write(JournalTail.closing, at: offset)
      }
      try file.sync()
      return .written
    } catch {
      return takeBack(after: error)
    }
  }

  /// Closes the document again behind the last good entry.
  private func takeBack(after failure: SystemError) -> Outcome {
    do throws(SystemError) {
      // Cut off before it is written over: should this be the end of the process, the entry is still seen to be torn.
      try file.truncate(to: tail.end + JournalTail.closing.count)
      try file.write(JournalTail.closing, at: tail.end)
      try file.sync()
      // The file is what it was, so no other process need read it anew.
      try file.setModified(before.modified)
      return .takenBack(failure)
    } catch {
      return .uncertain(failure, error)
    }
  }
}
