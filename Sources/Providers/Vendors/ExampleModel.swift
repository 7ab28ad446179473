/// The models that descriptions and errors name as examples: cheap, priced, and with no announced end.
package enum ExampleModel {
  package static let openAI = "gpt-6-luna"
  package static let anthropic = "claude-haiku-4-5"
}
