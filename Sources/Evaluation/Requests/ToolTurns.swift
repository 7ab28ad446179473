import JSONCoding
import Providers

/// The calls of tools in a conversation, to which the results behind them belong.
struct ToolTurns: Sendable {
  /// The ids of the calls so far, in order.
  private var ids: [String] = []
  /// The ids of the calls without a result.
  private var open: [String] = []

  init() {}

  /// Takes in the next message of a conversation, whatever it is.
  mutating func note(_ message: ChatMessage) {
    ids += message.toolCalls.map(\.id)
    open.removeAll { $0 == message.toolCallID }
    open += message.toolCalls.map(\.id).filter { !$0.isEmpty }
  }

  /// Refuses a turn other than a result while calls have none, as vendors do.
  ///
  /// - Parameter place: the path of the turn.
  func requireResults(before place: String) throws(EvaluationError) {
    guard let id = open.first else { return }
    throw EvaluationError(
      "\(place) follows a tool call that has no result. Give the result first: "
        + "{role: tool, tool_call_id: \(id.prefix(60)), content: ...}.")
  }

  /// Takes in the next message of a conversation.
  ///
  /// - Parameter place: its path.
  /// - Throws: ``EvaluationError`` for the result of a call that is not there, or for a call without a result.
  mutating func take(_ message: ChatMessage, at place: String) throws(EvaluationError) {
    guard message.role == .tool else {
      try requireResults(before: place)
      return note(message)
    }
    note(message)
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
