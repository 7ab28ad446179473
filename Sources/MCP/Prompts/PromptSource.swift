/// The source of the server's prompts.
package protocol PromptSource: Sendable {
  /// The current prompts in display order, with unique names.
  func prompts() async throws -> [Prompt]
}
