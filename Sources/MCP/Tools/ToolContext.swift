import JSONCoding
import JSONRPC
import Synchronization

/// The facilities of a tool during a call: progress reports and questions to the user, if the client supports them.
package final class ToolContext: Sendable {
  private let request: RequestContext
  private let token: JSONValue?
  private let version: ProtocolVersion
  /// Whether the call returns as soon as its work has begun.
  package let isTask: Bool
  private let confirmation: Confirmation
  private let last = Mutex<Double?>(nil)

  init(_ call: MethodCall, tool: String, questions: PendingQuestions, isTask: Bool = false) {
    self.isTask = isTask
    request = call.context
    version = call.version
    // The token is a string or an integer, like an id (schema `ProgressToken`); anything else must not be sent back.
    token = call.request.params?["_meta"]?["progressToken"].flatMap(RequestID.init)?.json
    confirmation = Confirmation(call: call, tool: tool, questions: questions)
  }

  /// Whether ``confirm(_:)`` reaches the user.
  package var canConfirm: Bool { confirmation.isPossible }

  /// Asks the user a yes-or-no question before an irreversible action.
  ///
  /// Any error it throws must end the call, because the client may have to repeat the call with the answer.
  ///
  /// - Parameter subject: the subject of the consent; nil for the question itself.
  package func confirm(_ question: String, about subject: String? = nil) async throws -> Bool {
    try await confirmation.ask(question, about: subject ?? question)
  }

  /// Lets later calls begin, if they wait for an ``ToolOrdering/orderedUntilBegun`` call.
  package func begun() { request.begun() }

  /// Whether anybody receives ``report(_:of:message:)``.
  package var wantsProgress: Bool { token != nil }

  /// Sends `notifications/progress`, if it is further than the last one, as the protocol demands.
  ///
  /// - Parameters:
  ///   - progress: the number of steps done.
  ///   - total: the number of all steps, if known.
  ///   - message: one line of text for a person.
  ///   - supersedesEarlier: whether a slow reader may get only the newest report.
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
