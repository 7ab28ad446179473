import JSONCoding
package import Providers
import Store

/// Rules on which key may be sent where.
extension ProviderCredential.Key {
  /// A key as given by a client: the key itself, `env:` and a variable's name, or nothing.
  package init(given text: String?) throws(EvaluationError) {
    // A pasted key often ends with a line break.
    let text = (text ?? "").trimmed()
    if text.isEmpty {
      self = .none
      return
    }
    guard text.hasPrefix("env:") else {
      guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        throw EvaluationError("api_key has characters that no key has, such as spaces. Give only the key.")
      }
      self = .stored(Secret(text))
      return
    }
    let variable = String(text.dropFirst(4))
    guard AllowedKey.isVariable(variable) else {
      throw EvaluationError(
        "api_key must be a key, or env: and the name of an environment variable, such as env:OPENAI_API_KEY.")
    }
    self = .environment(variable: variable)
  }
}

extension CertificateFile {
  /// Rejects a file without certificates.
  ///
  /// The file is read before the transaction, which must not wait for the disk.
  package static func check(_ path: String?) throws(EvaluationError) {
    if let path, let fault = fault(path) { throw EvaluationError(fault) }
  }
}

extension ProviderClient {
  /// An address in its canonical spelling, if calls to it are allowed.
  package func checkedEndpoint(_ text: String) throws(EvaluationError) -> String {
    do { return try endpoint(text).text } catch { throw EvaluationError("api_endpoint: \(error)") }
  }

  /// Rejects a credential that cannot be used, or that would send a key from the server's environment to another host.
  func check(_ credential: ProviderCredentialRecord) throws(EvaluationError) {
    guard (credential.inputPrice == nil) == (credential.outputPrice == nil) else {
      throw EvaluationError("A cost needs both prices: give input_price and output_price, or neither.")
    }
    if credential.certificateFile != nil {
      // At a vendor's own address the file would let another server impersonate the vendor.
      let isAtOwnOrigin = ProviderCredential(credential)?.isAtOwnOrigin ?? false
      guard let address = credential.apiEndpoint, address.hasPrefix("https:"), !isAtOwnOrigin else {
        throw EvaluationError(
          "ca_file is for an https api_endpoint of your own: give both. For other addresses start the server with "
            + "SSL_CERT_FILE.")
      }
    }
    guard let provider = Vendor(rawValue: credential.provider) else { return }
    if provider.defaultEndpoint == nil, credential.apiEndpoint == nil {
      throw EvaluationError(provider.addressAdvice)
    }
    if let variable = credential.keyVariable, let fault = keyFault(of: variable, provider, credential.apiEndpoint) {
      throw EvaluationError("api_key is refused. \(fault)")
    }
    guard provider.requiresKey, credential.apiEndpoint == nil, credential.apiKey == nil, credential.keyVariable == nil
    else { return }
    throw EvaluationError(
      "\(provider.displayName) needs a key: give api_key, or api_key \"env:\(provider.environmentVariable)\" to read "
        + "it from the environment of the server.")
  }

  private func keyFault(of variable: String, _ provider: Vendor, _ endpoint: String?) -> String? {
    do throws(EndpointError) {
      return try keyFault(variable: variable, for: provider, endpoint: endpoint)
    } catch {
      return error.description
    }
  }
}
