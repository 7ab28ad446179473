/// Finds what the value of an argument may be: every candidate that goes with what was typed, the best first.
package typealias Completer = @Sendable (CompletionQuery) async throws -> [String]

/// What is known of a value that somebody is typing.
package struct CompletionQuery: Sendable, Equatable {
  /// What is typed so far; may be empty.
  package let value: String
  /// The other arguments that are settled already.
  package let arguments: [String: String]

  package init(value: String, arguments: [String: String] = [:]) {
    self.value = value
    self.arguments = arguments
  }
}
