package import JSONCoding

/// A client's view of work that continues after the response to its call.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks and, for the versions without a
/// handshake, https://modelcontextprotocol.io/extensions/tasks/overview
package struct TaskState: Sendable, Equatable {
  package enum Status: String, Sendable {
    case working, completed, cancelled
  }

  package let id: String
  package var status: Status
  /// One line of text for a person.
  package let message: String
  /// ISO 8601.
  package let createdAt: String
  /// ISO 8601.
  package let updatedAt: String

  package init(id: String, status: Status, message: String, createdAt: String, updatedAt: String) {
    self.id = id
    self.status = status
    self.message = message
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// The recommended polling interval in milliseconds.
  private static let pollInterval = 1000

  /// Schema `Task`.
  ///
  /// A task is kept as long as the work's record.
  func json(for version: ProtocolVersion) -> JSONObject {
    [
      "taskId": .string(id), "status": .string(status.rawValue), "statusMessage": .string(message),
      "createdAt": .string(createdAt), "lastUpdatedAt": .string(updatedAt),
      version.isStateless ? "ttlMs" : "ttl": nil,
      version.isStateless ? "pollIntervalMs" : "pollInterval": .int(Self.pollInterval),
    ]
  }
}

/// The source of tasks, which are derived from other records and not stored themselves.
package protocol TaskSource: Sendable {
  /// The task that a tool's result is about; nil if there is none.
  func task(of content: JSONObject) async throws -> TaskState?

  /// The task with an id; nil if there is none.
  func task(_ id: String) async throws -> TaskState?

  /// The ids of all tasks, newest first.
  func taskIDs() async throws -> [String]

  /// Waits for the end of a task and returns the result of its original call.
  func result(of id: String) async throws -> JSONObject

  /// The URIs of the resources that a result is about.
  func links(of content: JSONObject) -> [String]

  /// Cancels a task; it counts as cancelled from then on, however its calls in progress end.
  func cancel(_ id: String) async throws
}
