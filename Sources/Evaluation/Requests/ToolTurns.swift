import JSONCoding
import Providers

/// The calls of tools in a conversation, to which the results behind them belong.
struct ToolTurns: Sendable {
  /// The ids of the calls so far, in order.
  private var ids: [String] = []

  init() {}

  /// Takes in the next message of a conversation, whatever it is.
  mutating func note(_ message: ChatMessage) { ids += message.toolCalls.map(\.id) }

  /// Takes in the next message of a conversation.
  ///
  /// - Parameter place: its path.
  /// - Throws: ``EvaluationError`` for the result of a call that is not there.
  mutating func take(_ message: ChatMessage, at place: String) throws(EvaluationError) {
    note(message)
    guard message.role == .tool else { return }
    let known =
      ids.isEmpty ? "No turn before it calls a tool." : "Calls before it: \(Set(ids).sorted().joined(separator: ", "))."
    guard let id = message.toolCallID.nonEmpty else {
      throw EvaluationError(
        "\(place).tool_call_id is missing. Give the id of the call, in an assistant's turn before it, of which the message "
          + "is the result. \(known)")
    }
    guard ids.contains(id) else {
      throw EvaluationError(
        "\(place).tool_call_id is \"\(id.prefix(60))\", and no assistant's turn before it has a tool call with that id. "
          + "\(known)")
    }
  }
}
