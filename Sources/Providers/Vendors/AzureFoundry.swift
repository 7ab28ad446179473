#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Vendor {
  /// Models that a customer has deployed at Azure: an OpenAI resource, or a Foundry one.
  ///
  /// A model is named by its deployment, which stands in the path
  /// (learn.microsoft.com/azure/ai-foundry/openai/reference).
  package static let azureFoundry = Vendor(
    "azure_foundry", "Azure", at: .likeAddress("https://RESOURCE.openai.azure.com"), variable: "AZURE_OPENAI_API_KEY",
    addresses: AzureFoundry.addresses,
    format: { _ in
      ChatCompletionsFormat(usesMaxCompletionTokens: OpenAI.isReasoningModel, keyHeader: .named("api-key"))
    }, names: ModelNames())
}

enum AzureFoundry {
  /// The version of the API where an address names none: the newest stable one.
  static let apiVersion = "2024-10-21"

  /// An address may end before the deployment, with it (as the portal's "target URI"), or in the path that needs no
  /// `api-version` (`/openai/v1`).
  @Sendable static func addresses(_ endpoint: Endpoint, _ method: String, _ model: String?) -> [URL] {
    if endpoint.hasVersion { return [endpoint.url(method)] }
    var components = endpoint.segments.contains("openai") ? [] : ["openai"]
    if let model, !endpoint.segments.contains("deployments") { components += ["deployments", model] }
    components += method.split(separator: "/").map(String.init)
    return [endpoint.url(components, version: apiVersion)]
  }
}
