import JSONCoding
import JSONRPC
import Synchronization

/// What a tool can do while it works on a call: report progress, if the client has asked for it, and ask
/// the user, if the client can.
package final class ToolContext: Sendable {
  private let request: RequestContext
  private let token: JSONValue?
  private let version: ProtocolVersion
  /// Whether the call is to be answered as soon as its work is under way.
  package let isTask: Bool
  private let confirmation: Confirmation
  private let last = Mutex<Double?>(nil)

  init(_ call: MethodCall, tool: String, questions: PendingQuestions, isTask: Bool = false) {
    self.isTask = isTask
    request = call.context
    version = call.version
    // A string or an integer, as an id is (schema `ProgressToken`); anything else may not be sent back.
    token = call.request.params?["_meta"]?["progressToken"].flatMap(RequestID.init)?.json
    confirmation = Confirmation(call: call, tool: tool, questions: questions)
  }

  /// Whether ``confirm(_:)`` reaches the user.
  package var canConfirm: Bool { confirmation.isPossible }

  /// Asks the user a question that can be answered with yes or no, before what cannot be undone.
  ///
  /// Whatever it throws must end the call: the client may have to make the call again, with the answer.
  ///
  /// - Parameter subject: what the answer counts for; nil for what the question says.
  package func confirm(_ question: String, about subject: String? = nil) async throws -> Bool {
    try await confirmation.ask(question, about: subject ?? question)
  }

  /// Whether anybody listens to ``report(_:of:message:)``.
  package var wantsProgress: Bool { token != nil }

  /// Sends `notifications/progress`; dropped unless it is further than the last one, as the protocol demands.
  ///
  /// - Parameters:
  ///   - progress: steps taken.
  ///   - total: steps to take, if known.
  ///   - message: one line for a person.
  ///   - supersedesEarlier: whether the newest report says all there is to know, so that a slow reader gets only that.
  package func report(_ progress: Double, of total: Double?, message: String, supersedesEarlier: Bool = true) {
    guard let token, progress.isFinite else { return }
    last.withLock { last in
      if let last, progress <= last { return }
      last = progress
      var params: JSONObject = ["progressToken": token, "progress": .number(progress)]
      if let total, total.isFinite { params["total"] = .number(total) }
      if version.hasProgressMessages { params["message"] = .string(message) }
      request.notify(
        Notification(method: "notifications/progress", params: params, supersedesEarlier: supersedesEarlier))
    }
  }
}
