import MCP
import Synchronization

/// The text of an answer sent in progress messages: each message contains the new part, and its progress is the number
/// of characters so far.
final class ProgressText: Sendable {
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
