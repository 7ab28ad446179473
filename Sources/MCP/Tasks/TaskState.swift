package import JSONCoding

/// Work that goes on after the call that began it was answered, as a client sees it.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks and, for the versions without a
/// handshake, https://modelcontextprotocol.io/extensions/tasks/overview
package struct TaskState: Sendable, Equatable {
  package enum Status: String, Sendable {
    case working, completed, cancelled
  }

  package let id: String
  package var status: Status
  /// One line for a person.
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

  /// Milliseconds between two looks that are soon enough.
  private static let pollInterval = 1000

  /// Schema `Task`; it is kept for as long as what it is about.
  func json(for version: ProtocolVersion) -> JSONObject {
    [
      "taskId": .string(id), "status": .string(status.rawValue), "statusMessage": .string(message),
      "createdAt": .string(createdAt), "lastUpdatedAt": .string(updatedAt),
      version.isStateless ? "ttlMs" : "ttl": nil,
      version.isStateless ? "pollIntervalMs" : "pollInterval": .int(Self.pollInterval),
    ]
  }
}

/// Where the tasks are; they are not kept beside what they are about.
package protocol TaskSource: Sendable {
  /// The task that a tool's answer is about; nil if it is about none.
  func task(of content: JSONObject) async throws -> TaskState?

  /// Nil if there is no such task, or no more.
  func task(_ id: String) async throws -> TaskState?

  /// The ids of all tasks, the newest first.
  func taskIDs() async throws -> [String]

  /// Waits for the end of a task, and gives what the call that began it would have answered.
  func result(of id: String) async throws -> JSONObject

  /// The URIs of the resources that a result is about.
  func links(of content: JSONObject) -> [String]

  /// Makes a task end before its time; from then on it is cancelled, however what is under way ends.
  func cancel(_ id: String) async throws
}
