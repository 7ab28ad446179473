import Evaluation
import JSONCoding
import MCP
import Providers
import Store

extension Services {
  /// Rejects a run at a service tier that its model is known not to have, or in batches of a provider that has none.
  ///
  /// A model that leads nowhere is told of when the run starts.
  func checkServing(_ run: RunRecord, in tables: Tables) throws {
    guard run.batch || run.serviceTier != nil else { return }
    let prompt = tables.prompts[run.promptID]
    let credentials = tables.providerCredentials.newestFirst.compactMap(ProviderCredential.init)
    let model: ProviderClient.ResolvedModel
    do throws(RoutingError) {
      model = try client.model(
        named: run.answeringModel(of: prompt), credentialID: run.answeringCredentialID(of: prompt),
        credentials: credentials)
    } catch { return }
    if let tier = run.serviceTier {
      var parameters = RequestParameters()
      parameters[.serviceTier] = .string(tier)
      if let refusal = model.refusal(of: parameters) { throw ToolError(refusal) }
    }
    if run.batch, model.model.batches == nil {
      throw ToolError(BatchSetting.refusal(of: model.name, at: model.route.providerName))
    }
  }
}
