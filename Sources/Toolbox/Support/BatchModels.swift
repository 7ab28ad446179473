import Evaluation
import MCP
import Providers
import Store

extension Services {
  /// Rejects a run whose answers are to come from batches of a provider that has none.
  ///
  /// A model that leads nowhere is told of when the run starts.
  func checkBatch(_ run: RunRecord, in tables: Tables) throws {
    guard run.batch else { return }
    let prompt = tables.prompts[run.promptID]
    let credentials = tables.providerCredentials.newestFirst.compactMap(ProviderCredential.init)
    let model: ProviderClient.ResolvedModel
    do throws(RoutingError) {
      model = try client.model(
        named: run.answeringModel(of: prompt), credentialID: run.answeringCredentialID(of: prompt),
        credentials: credentials)
    } catch { return }
    guard model.model.batches == nil else { return }
    throw ToolError(BatchSetting.refusal(of: model.name, at: model.route.providerName))
  }
}
