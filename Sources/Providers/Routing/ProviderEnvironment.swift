import JSONCoding

/// The environment variables of vendors: keys, and addresses of the user's own servers.
package struct ProviderEnvironment: Sendable {
  private let variables: [String: String]

  package init(_ variables: [String: String]) {
    self.variables = variables
  }

  /// The configured providers.
  package var providers: [Vendor] { Vendor.allCases.filter(names) }

  /// Whether the provider's variable is set and sufficient for calls.
  package func names(_ provider: Vendor) -> Bool {
    provider.defaultEndpoint != nil && self[provider.environmentVariable] != nil
  }

  /// The trimmed value of a variable; nil if it is empty or was left unfilled.
  subscript(variable: String) -> String? {
    guard let value = variables[variable]?.trimmed().nonEmpty, !value.isUnfilledVariable else { return nil }
    return value
  }

  /// The address in a vendor's variable; nil if it holds a key or nothing.
  package func address(of vendor: Vendor) -> String? { vendor.address(in: self[vendor.environmentVariable]) }
}

extension StringProtocol {
  /// Whether the text is a variable such as `${user_config.openai}` that a client did not fill in.
  ///
  /// Installers leave it so if the user gave no value (`replaceVariables` in MCPB's src/shared/config.ts).
  package var isUnfilledVariable: Bool { hasPrefix("${") && hasSuffix("}") }
}
