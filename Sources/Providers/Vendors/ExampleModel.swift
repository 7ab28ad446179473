/// The models used as examples in descriptions and errors: cheap, priced, and without an announced end.
package enum ExampleModel {
  package static let openAI = "gpt-6-luna"
  package static let anthropic = "claude-haiku-4-5"
}
