import MCP
import Synchronization

/// The text of an answer that was sent in progress messages: each message has the new part, its progress the characters
/// so far.
final class SentText: Sendable {
  private let context: ToolContext
  private let count = Mutex(0)

  init(_ context: ToolContext) {
    self.context = context
  }

  func send(_ part: String) {
    let total = count.withLock { count in
      count += part.unicodeScalars.count
      return count
    }
    context.report(Double(total), of: nil, message: part, supersedesEarlier: false)
  }
}
