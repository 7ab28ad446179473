/// Suggests values of an argument: every candidate that matches the typed text, best first.
package typealias Completer = @Sendable (CompletionQuery) async throws -> [String]

/// A value that a person is typing.
package struct CompletionQuery: Sendable, Equatable {
  /// The text typed so far; may be empty.
  package let value: String
  /// The values of the other arguments that are already chosen.
  package let arguments: [String: String]

  package init(value: String, arguments: [String: String] = [:]) {
    self.value = value
    self.arguments = arguments
  }
}
