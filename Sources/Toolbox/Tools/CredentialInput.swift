import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// A key as a client gives it.
enum CredentialKey: Equatable {
  case none
  case stored(Secret)
  case environment(variable: String)

  init(_ text: String?) throws(ToolError) {
    // Keys are pasted, with the line break behind them.
    let text = (text ?? "").trimmed()
    if text.isEmpty {
      self = .none
      return
    }
    guard text.hasPrefix("env:") else {
      guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        throw ToolError("api_key has characters that no key has, such as spaces. Give the key alone.")
      }
      self = .stored(Secret(text))
      return
    }
    let variable = String(text.dropFirst(4))
    guard AllowedKey.isVariable(variable) else {
      throw ToolError(
        "api_key must be a key, or env: and the name of an environment variable, such as env:OPENAI_API_KEY.")
    }
    self = .environment(variable: variable)
  }

  func store(in credential: inout ProviderCredentialRecord) {
    credential.apiKey = nil
    credential.keyVariable = nil
    switch self {
    case .none: break
    case .stored(let secret): credential.apiKey = secret.reveal()
    case .environment(let variable): credential.keyVariable = variable
    }
  }
}

extension ProviderCredentialRecord {
  var hasKey: Bool { apiKey != nil || keyVariable != nil }

  /// Whether it leads to the same address as another, and takes no server for it that the other would refuse.
  func trusts(noMoreThan other: Self) -> Bool {
    apiEndpoint == other.apiEndpoint && (certificateFile == nil || certificateFile == other.certificateFile)
  }
}

extension Services {
  /// The address in its usual spelling, if it may be spoken to.
  func checkedEndpoint(_ text: String?) throws(ToolError) -> String? {
    guard let text else { return nil }
    do { return try client.endpoint(text).text } catch { throw ToolError("api_endpoint: \(error)") }
  }

  /// Refuses a file that holds no certificates; it is read before a transaction, in which nothing waits for the disk.
  func checkCertificates(in file: String?) throws(ToolError) {
    if let file, let fault = CertificateFile.fault(file) { throw ToolError(fault) }
  }

  /// Refuses a credential by which a provider's own address could not be asked anything, or by which something of the
  /// server's environment could be sent where it is not meant to go.
  func checkUsable(_ credential: ProviderCredentialRecord) throws(ToolError) {
    guard (credential.inputPrice == nil) == (credential.outputPrice == nil) else {
      throw ToolError("A cost needs both prices: give input_price and output_price, or neither.")
    }
    if credential.certificateFile != nil {
      // Elsewhere a file could make a stranger pass for the vendor; SSL_CERT_FILE is set by who starts the server.
      let isAtOwnOrigin = ProviderCredential(credential)?.isAtOwnOrigin ?? false
      guard let address = credential.apiEndpoint, address.hasPrefix("https:"), !isAtOwnOrigin else {
        throw ToolError(
          "ca_file is for an https api_endpoint of your own: give both. For other addresses start the server with "
            + "SSL_CERT_FILE.")
      }
    }
    guard let provider = Vendor(rawValue: credential.provider) else { return }
    if provider.defaultEndpoint == nil, credential.apiEndpoint == nil { throw ToolError(provider.addressAdvice) }
    if let variable = credential.keyVariable, let fault = keyFault(variable, provider, credential.apiEndpoint) {
      throw ToolError("api_key is refused. \(fault)")
    }
    guard provider.requiresKey, credential.apiEndpoint == nil, credential.apiKey == nil, credential.keyVariable == nil
    else { return }
    throw ToolError(
      "\(provider.displayName) needs a key: give api_key, or api_key \"env:\(provider.environmentVariable)\" to read "
        + "it from the environment of the server.")
  }

  private func keyFault(_ variable: String, _ provider: Vendor, _ endpoint: String?) -> String? {
    do throws(EndpointError) {
      return try client.keyFault(variable: variable, for: provider, endpoint: endpoint)
    } catch {
      return error.description
    }
  }
}
