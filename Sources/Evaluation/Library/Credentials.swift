package import Providers
package import Store

/// The values of a new credential, or the changes to an existing one.
package struct CredentialChange: Sendable {
  /// Nil to keep the current key.
  package var key: ProviderCredential.Key?
  /// An address as returned by ``ProviderClient/checkedEndpoint(_:)``.
  package var endpoint = FieldChange<String>.keep
  package var name = FieldChange<String>.keep
  package var inputPrice = FieldChange<Double>.keep
  package var outputPrice = FieldChange<Double>.keep
  package var certificateFile = FieldChange<String>.keep

  package init() {}

  fileprivate func apply(to credential: inout ProviderCredentialRecord) {
    if let key { credential.setKey(key) }
    endpoint.apply(to: &credential.apiEndpoint)
    name.apply(to: &credential.name)
    inputPrice.apply(to: &credential.inputPrice)
    outputPrice.apply(to: &credential.outputPrice)
    certificateFile.apply(to: &credential.certificateFile)
  }
}

extension Transaction {
  /// - Parameter client: decides which key may be sent where.
  package mutating func createCredential(
    of provider: Vendor, _ settings: CredentialChange, for client: ProviderClient
  ) throws(EvaluationError) -> ProviderCredentialRecord {
    var credential = ProviderCredentialRecord()
    credential.provider = provider.rawValue
    settings.apply(to: &credential)
    try tables.checkName(of: credential)
    try client.check(credential)
    (credential.createdAt, credential.updatedAt) = (now, now)
    return insert(credential)
  }

  /// - Parameter client: decides which key may be sent where.
  package mutating func updateCredential(
    _ id: Int, _ change: CredentialChange, for client: ProviderClient
  ) throws(EvaluationError) -> ProviderCredentialRecord {
    let old = try tables.find(ProviderCredentialRecord.self, id)
    var credential = old
    change.apply(to: &credential)
    // Sending a key to another host requires knowing the key.
    guard change.key != nil || !old.hasKey || credential.trusts(noMoreThan: old) else {
      throw EvaluationError(
        "A key belongs to the address and the ca_file it was stored with: give api_key again with the new ones.")
    }
    if !credential.trusts(noMoreThan: old) { try tables.checkNoneWaits(atAddressOf: old) }
    if case .set = change.name { try tables.checkName(of: credential) }
    try client.check(credential)
    credential.updatedAt = now
    put(credential)
    return credential
  }
}

extension Tables {
  /// Rejects another address for runs whose batches are at the old one.
  ///
  /// A new key for the same address is read by them at their next question.
  fileprivate func checkNoneWaits(atAddressOf credential: ProviderCredentialRecord) throws(EvaluationError) {
    let waiting = runs.newestFirst.first { run in
      guard run.status == .waiting else { return false }
      if let id = run.snapshot?.providerCredentialID ?? run.answeringCredentialID(of: prompts[run.promptID]) {
        return id == credential.id
      }
      return run.openBatches.contains {
        $0.provider == credential.provider && ($0.address ?? credential.apiEndpoint) == credential.apiEndpoint
      }
    }
    guard let waiting else { return }
    throw EvaluationError(
      "The credential keeps its address as long as run \(waiting.id) waits for batches there, which are paid for. Wait for its end "
        + "with runs_get wait_seconds, or stop it with runs_cancel; a new api_key alone is taken at once. Or make another "
        + "credential with provider_credentials_create.")
  }

  /// Rejects a name that cannot prefix a model's name, or that another credential has.
  ///
  /// A provider's own name counts as no name.
  fileprivate func checkName(of credential: ProviderCredentialRecord) throws(EvaluationError) {
    guard let name = credential.name, name.lowercased() != credential.provider,
      let provider = Vendor(rawValue: credential.provider)
    else { return }
    if let fault = ProviderCredential.nameFault(name, of: provider) {
      throw EvaluationError(
        "name \(fault), so it cannot stand before a model's name. Give one like my-vllm, which makes my-vllm/qwen3.")
    }
    let credentialNamed = providerCredentials.newestFirst.first {
      $0.id != credential.id && $0.name?.lowercased() == name.lowercased()
    }
    guard let credentialNamed else { return }
    throw EvaluationError(
      "Credential \(credentialNamed.id) is named \(credentialNamed.name ?? name) already, and \(name)/MODEL could mean either. Give "
        + "another name, or rename that one with provider_credentials_update.")
  }
}

extension ProviderCredentialRecord {
  fileprivate var hasKey: Bool { apiKey != nil || keyVariable != nil }

  /// Whether it has the address of another credential and accepts no certificate that the other would reject.
  fileprivate func trusts(noMoreThan other: Self) -> Bool {
    apiEndpoint == other.apiEndpoint && (certificateFile == nil || certificateFile == other.certificateFile)
  }

  fileprivate mutating func setKey(_ key: ProviderCredential.Key) {
    apiKey = nil
    keyVariable = nil
    switch key {
    case .none: break
    case .stored(let secret): apiKey = secret.reveal()
    case .environment(let variable): keyVariable = variable
    }
  }
}
