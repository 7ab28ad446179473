import Providers

/// The texts of `--help` and `--version`.
enum Help {
  static let version = "0.1.0"
  /// The user agent in calls to providers.
  static let userAgent = "completion-kit/\(version)"

  /// - Parameter store: the default path of the store.
  static func text(store: String) -> String {
    """
    completion-kit \(version): an MCP server on standard input and output that tests prompts.

    usage: completion-kit [options]

    \(lines(store: store))

    Each option is also an environment variable: COMPLETION_KIT_STORE, COMPLETION_KIT_READ_ONLY=1, and so on.
    Keys come from \(Vendor.environmentVariables),
    or from credentials stored with the provider_credentials tools. Calls to providers honor https_proxy, NO_PROXY and SSL_CERT_FILE.
    """
  }

  private static func lines(store: String) -> String {
    var entries = Options.all.map { ($0.usage, $0.name == "--store" ? "\($0.help) (now: \(store))" : $0.help) }
    entries += PrintedText.allCases.map { ($0.rawValue, $0.usage) }
    let width = entries.map(\.0.count).max() ?? 0
    return entries.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }.joined(separator: "\n")
  }

  /// The table of vendors in the README.
  static var vendors: String {
    let rows = Vendor.allCases.map { vendor in
      "| \(vendor.displayName) | `\(vendor.rawValue)` | `\(vendor.environmentVariable)` | \(vendor.exampleEndpoint) |"
    }
    return (["| vendor | provider and prefix | environment | address |", "|---|---|---|---|"] + rows)
      .joined(separator: "\n")
  }

  /// The table of options in the README.
  static var table: String {
    let printed = PrintedText.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let rows = Options.all.map { "| `\($0.usage)` | `\($0.variable)` | \($0.help) |" }
    return
      (["| option | environment | meaning |", "|---|---|---|"] + rows + ["| \(printed) | | print and exit |"])
      .joined(separator: "\n")
  }
}
