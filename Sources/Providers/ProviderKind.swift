/// The providers that a credential can name.
package enum ProviderKind: String, Sendable, CaseIterable {
  case openai
  case anthropic
  case ollama
  case openrouter

  /// The name for people.
  package var displayName: String {
    switch self {
    case .openai: "OpenAI"
    case .anthropic: "Anthropic"
    case .ollama: "Ollama"
    case .openrouter: "OpenRouter"
    }
  }

  /// The provider's own address, without a version.
  package var defaultEndpoint: String {
    switch self {
    case .openai: "https://api.openai.com"
    case .anthropic: "https://api.anthropic.com"
    case .ollama: "http://localhost:11434"
    case .openrouter: "https://openrouter.ai/api"
    }
  }

  /// The environment variable that stands in for a credential: a key, or for ollama the server's address.
  package var environmentVariable: String {
    switch self {
    case .openai: "OPENAI_API_KEY"
    case .anthropic: "ANTHROPIC_API_KEY"
    case .ollama: "OLLAMA_HOST"
    case .openrouter: "OPENROUTER_API_KEY"
    }
  }

  /// Whether the provider's own address answers only to those who show a key.
  package var requiresKey: Bool { self != .ollama }
}
