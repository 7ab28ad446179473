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

  /// The trimmed value of a variable; nil if it is empty.
  subscript(variable: String) -> String? { variables[variable]?.trimmed().nonEmpty }

  /// The address in a vendor's variable; nil if it holds a key or nothing.
  package func address(of vendor: Vendor) -> String? { vendor.address(in: self[vendor.environmentVariable]) }
}
