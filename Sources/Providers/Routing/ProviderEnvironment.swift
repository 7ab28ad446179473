import JSONCoding

/// The variables of the environment that name vendors: their keys, and the addresses of servers of one's own.
package struct ProviderEnvironment: Sendable {
  private let variables: [String: String]

  package init(_ variables: [String: String]) {
    self.variables = variables
  }

  /// The providers that it names.
  package var providers: [Vendor] { Vendor.allCases.filter(names) }

  /// Whether the provider's variable is set, and enough to ask it.
  package func names(_ provider: Vendor) -> Bool {
    provider.defaultEndpoint != nil && self[provider.environmentVariable] != nil
  }

  /// The value of a variable without white space around it; nil if nothing is left.
  subscript(variable: String) -> String? { variables[variable]?.trimmed().nonEmpty }

  /// The address that the variable of a vendor names; nil where it holds a key or nothing.
  package func address(of vendor: Vendor) -> String? { vendor.address(in: self[vendor.environmentVariable]) }
}
