package import JSONCoding
package import JSONRPC
import Synchronization

/// What a tool can do while it works on a call: report progress, if the client has asked for it.
package final class ToolContext: Sendable {
  private let request: RequestContext
  private let token: JSONValue?
  private let version: ProtocolVersion
  private let last = Mutex<Double?>(nil)

  /// - Parameter token: the call's `progressToken`, a string or a number (schema `ProgressToken`); nil if it has none.
  package init(request: RequestContext, token: JSONValue?, version: ProtocolVersion) {
    self.request = request
    let isValid = token?.stringValue != nil || token?.doubleValue != nil
    self.token = isValid ? token : .none
    self.version = version
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
