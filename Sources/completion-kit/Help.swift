/// What `--help` and `--version` print.
enum Help {
  static let version = "0.1.0"
  /// How the program names itself to providers.
  static let userAgent = "completion-kit/\(version)"

  static func text(toolsets: [String], store: String) -> String {
    """
    completion-kit \(version): an MCP server on standard input and output that tests prompts.

    usage: completion-kit [options]

      --store PATH                the file that holds everything (now: \(store))
      --toolsets A,B              offer only these groups of tools: \(toolsets.joined(separator: ","))
      --read-only                 offer only tools that change nothing
      --no-spend                  refuse models that may cost money: only echo and models on this machine answer
      --in-order                  answer every request before the next is begun (so it is when input is a file)
      --allow-private-endpoints   allow api_endpoint in private networks
      --allow-key NAME=HOST       let a credential send the variable NAME as its key to HOST; give it once for each
      --anthropic-version DATE    version of Anthropic's Messages API (2023-06-01)
      --request-timeout SECONDS   longest time for one call to a model, 1 to 3600 (120); the call is then tried again
      --log-level LEVEL           error, notice or debug; on standard error (notice)
      --version                   print the version
      --help                      print this

    Each option is also an environment variable: COMPLETION_KIT_STORE, COMPLETION_KIT_READ_ONLY=1, and so on.
    Keys come from OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENROUTER_API_KEY and OLLAMA_HOST, or from credentials stored with
    the provider_credentials tools. https_proxy, NO_PROXY and SSL_CERT_FILE count for calls to providers.
    """
  }
}
