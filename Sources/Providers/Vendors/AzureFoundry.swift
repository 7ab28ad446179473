#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Vendor {
  /// Models deployed by a customer at Azure, in an OpenAI resource or a Foundry one.
  ///
  /// The model's name is its deployment, which is part of the path
  /// (learn.microsoft.com/azure/ai-foundry/openai/reference).
  package static let azureFoundry = Vendor(
    "azure_foundry", "Azure", at: .likeAddress("https://RESOURCE.openai.azure.com"), variable: "AZURE_OPENAI_API_KEY",
    addresses: AzureFoundry.addresses,
    format: { _ in
      ChatCompletionsFormat(rules: AzureFoundry.rules, keyHeader: .named("api-key"))
    }, names: ModelNames())
}

enum AzureFoundry {
  /// A deployment can have any name, so only changes that keep the request's meaning are derived from it.
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    var rules = ParameterRules()
    rules.usesMaxCompletionTokens = OpenAI.isReasoningModel(request.model)
    rules.takesDeveloper = OpenAI.isOwn(request.model.lowercased()[...])
    if rules.takesDeveloper {
      rules.mostStops = 4
      // learn.microsoft.com/azure/foundry/openai/how-to/flex-processing
      rules.tiers = ServiceTier.words(.auto, .standard, .flex, .priority)
    }
    return rules
  }

  /// The API version for an address without one: the newest stable one.
  static let apiVersion = "2024-10-21"

  /// The API version for models named in the body (`/models`).
  static let modelsVersion = "2024-05-01-preview"

  /// The addresses of a method at an endpoint.
  ///
  /// The endpoint may end before the deployment, or with one (the portal's "target URI"), which the run's model
  /// replaces. It may also end in the path without `api-version` (`/openai/v1`), or at the models of a Foundry
  /// resource, which are named in the body.
  @Sendable static func addresses(_ endpoint: Endpoint, _ method: String, _ model: String?) -> [URL] {
    if endpoint.hasVersion { return [endpoint.url(method)] }
    let segments = endpoint.segments.map(String.init)
    let ending = method.split(separator: "/").map(String.init)
    let root = Array(segments.prefix { $0 != "openai" && $0 != "models" })
    let isFoundry = segments.contains("models") || segments.isEmpty && endpoint.host.hasSuffix(".services.ai.azure.com")
    if isFoundry { return [endpoint.url([root, ["models"], ending].flatMap(\.self), version: modelsVersion)] }
    let deployment = model.map { ["deployments", $0] } ?? []
    return [endpoint.url([root, ["openai"], deployment, ending].flatMap(\.self), version: apiVersion)]
  }
}
