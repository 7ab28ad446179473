import JSONCoding
import Providers
import Store

/// The providers of a promptfoo configuration (promptfoo.dev/docs/providers).
struct PromptfooProvider {
  let line: Int
  private(set) var model: String
  /// How prompts with several providers are told apart.
  let label: String
  var settings = RequestSettings()
  /// The prompts that it answers: labels, groups, and beginnings before a `*`; nil for all.
  var prompts: [String]?

  /// Whether it answers a prompt: by its label, by the group before a colon in it, or by a beginning and `*`.
  func answers(_ prompt: PromptfooPrompt) -> Bool {
    prompts?.contains { name in
      prompt.label == name || prompt.label.hasPrefix("\(name):")
        || name.hasSuffix("*") && prompt.label.hasPrefix(name.dropLast())
    } ?? true
  }

  /// The vendors of promptfoo's prefixes.
  private static let vendors: [String: Vendor] = [
    "openai": .openai, "anthropic": .anthropic, "google": .gemini, "mistral": .mistral, "groq": .groq,
    "deepseek": .deepseek, "xai": .xai, "togetherai": .together, "fireworks": .fireworks, "openrouter": .openrouter,
    "ollama": .ollama,
  ]
  /// The words after a prefix that say how the vendor is asked for text.
  private static let methods: Set<String> = ["chat", "responses", "messages", "completion"]

  /// The model of a provider's id.
  ///
  /// - Throws: ``EvaluationError``: why there is none here.
  static func model(of id: String) throws(EvaluationError) -> String {
    if id == "echo" { return id }
    let parts = id.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let vendor = vendors[parts[0]] else {
      throw EvaluationError("No vendor here is meant by it. Give model, or make its prompts with prompts_create.")
    }
    let hasMethod = parts.count == 3 && methods.contains(parts[1])
    if parts[1] == "completion", vendor != .ollama { throw EvaluationError("It completes texts without messages.") }
    let others = ["embedding", "embeddings", "image", "realtime", "moderation", "assistant", "transcription", "speech"]
    if parts.count == 3, others.contains(parts[1]) { throw EvaluationError("It does not answer with text.") }
    let name = hasMethod ? parts[2] : parts.dropFirst().joined(separator: ":")
    guard !name.isEmpty, !name.containsScalars(of: "{{") else { throw EvaluationError("Its model is not named.") }
    return "\(vendor.rawValue)/\(name)"
  }

  /// The providers of a configuration; what cannot be imported is skipped.
  static func all(
    in root: SourceValue, model: String?, _ draft: inout ImportDraft
  ) -> [PromptfooProvider] {
    var providers: [PromptfooProvider] = []
    // The model of the provider for which the given model stands.
    var replaced: String?
    for value in (root["providers"] ?? root["targets"])?.elements ?? [] {
      guard let (id, config) = parts(of: value) else {
        draft.skip("provider", line: value.line, "It has no id.")
        continue
      }
      do throws(EvaluationError) {
        var provider = PromptfooProvider(
          line: value.line, model: try Self.model(of: id), label: value["label"]?.text ?? id)
        provider.take(config?["config"], &draft)
        if Self.namesServer(config?["config"]) {
          guard let model else {
            throw EvaluationError("Another server answers. Add it with provider_credentials_create, then give model.")
          }
          if let replaced, replaced != provider.model {
            throw EvaluationError(
              "Another server answers, and \(model) stands for \(replaced.shown) of this file already. Make its prompts with "
                + "prompts_create.")
          }
          (replaced, provider.model) = (provider.model, model)
        }
        provider.prompts = value["prompts"]?.elements.compactMap(\.text)
        for key in ["transform", "delay", "env"] where value[key] != nil {
          draft.skip("provider \(id): \(key)", line: value.line, "It has no counterpart here.")
          if key == "transform" { throw EvaluationError("Its answers are changed by code before they are scored.") }
        }
        providers.append(provider)
      } catch {
        draft.skip("provider \(id.shown)", line: value.line, error.description)
      }
    }
    if providers.isEmpty, let model {
      providers = [PromptfooProvider(line: root.line, model: model, label: model)]
    }
    return providers
  }

  /// The id of a provider, and the mapping with its config: `id`, `{id, config}` or `{id: {config}}`.
  private static func parts(of value: SourceValue) -> (id: String, SourceValue?)? {
    if let id = value.text { return (id, nil) }
    if let id = value["id"]?.text { return (id, value) }
    guard let members = value.map, members.count == 1 else { return nil }
    return (members[0].key, members[0].value)
  }

  /// Whether another server than the vendor's answers.
  private static func namesServer(_ config: SourceValue?) -> Bool {
    config?.map?.contains { servers.contains($0.key) } ?? false
  }

  /// The members of a config that name a server.
  private static let servers: Set<String> = ["apiBaseUrl", "apiHost", "baseURL", "apiBaseUrlEnvar"]

  // MARK: Settings

  private mutating func take(_ config: SourceValue?, _ draft: inout ImportDraft) {
    for member in config?.map ?? [] {
      let value = member.value
      switch member.key {
      case "temperature", "top_p", "stop", "reasoning_effort", "tools":
        set(member.key, member.key == "stop" ? .array(value.elements.map(\.json)) : value.json, member.line, &draft)
      case "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "num_predict":
        set("max_tokens", value.json, member.line, &draft)
      case "topP": set("top_p", value.json, member.line, &draft)
      case "reasoning" where value["effort"] != nil:
        set("reasoning_effort", value["effort"]?.json ?? .null, member.line, &draft)
      case "response_format":
        takeFormat(value, member.line, &draft)
      case "apiKey", "apiKeyEnvar":
        draft.skip(
          "config.\(member.key)", line: member.line,
          "Keys are not imported. Set the vendor's environment variable, or use provider_credentials_create.")
      case let name where Self.servers.contains(name): break
      default:
        draft.skip("config.\(member.key)", line: member.line, "There is no such setting of a prompt.")
      }
    }
  }

  private mutating func takeFormat(_ value: SourceValue, _ line: Int, _ draft: inout ImportDraft) {
    guard value["type"]?.text == "json_schema",
      let schema = value["json_schema"]?["schema"] ?? value["schema"], schema.map != nil
    else {
      if value["type"]?.text == "text" { return }
      draft.skip("config.response_format", line: line, "Only a json_schema written out is imported.")
      return
    }
    set("response_schema", schema.json, line, &draft)
  }

  private mutating func set(_ name: String, _ value: JSONValue, _ line: Int, _ draft: inout ImportDraft) {
    guard let setting = RequestSetting.all(of: .prompt).first(where: { $0.name == name }) else { return }
    do {
      var changed = settings
      try changed.set(setting, value)
      try changed.check()
      settings = changed
    } catch {
      draft.skip("config.\(name)", line: line, "Its value is not one that is sent here: \("\(error)".asSentence)")
    }
  }
}
