import Evaluation
import JSONCoding
import Providers
import Store

/// A run's model and settings as a provider of promptfoo.
struct PromptfooProvider {
  private(set) var json: JSONValue
  private(set) var skipped: [ExportText.Skipped] = []

  /// The prefixes of providers by vendor, and whether their requests have the form of OpenAI.
  private static let prefixes: [String: (prefix: String, isOpenAI: Bool)] = [
    "openai": ("openai:chat:", true), "anthropic": ("anthropic:messages:", false), "ollama": ("ollama:chat:", false),
    "openrouter": ("openrouter:", true), "gemini": ("google:", false), "groq": ("groq:", true),
    "mistral": ("mistral:", false), "deepseek": ("deepseek:", true), "xai": ("xai:", true),
  ]
  /// Settings that every provider has under the same name.
  private static let common = ["temperature", "top_p", "max_tokens"]
  /// Settings that providers in the form of OpenAI have under the same name.
  private static let openAI = ["stop", "seed", "reasoning_effort", "tools", "tool_choice"]
  /// Settings that are part of the prompt, or only of the plan of a run.
  private static let elsewhere = ["system_prompt", "messages"]

  /// - Parameter name: the model's name in requests.
  init(_ name: String, at destination: RunManifest.Destination, _ settings: RequestSettings) {
    let vendor = Self.prefixes[destination.provider ?? ""]
    var config = JSONObject()
    var id = (vendor?.prefix ?? "openai:chat:") + name
    let isOpenAI = vendor?.isOpenAI ?? true
    if let address = destination.address {
      let own = destination.provider.flatMap(Vendor.init(rawValue:))
      if own.map({ ProviderCredential.isOwn(address, of: $0) }) != true {
        if isOpenAI, let base = Self.base(of: address) {
          config["apiBaseUrl"] = .string(base)
        } else {
          skipped.append(
            .init(what: "address \(address)", why: "promptfoo takes it in another form for this provider."))
        }
      }
    } else {
      id = name
      // The model that repeats its input has the same name there.
      if name != "echo" {
        skipped.append(.init(what: "model \"\(name)\"", why: "promptfoo has no such provider. Name one in its place."))
      }
    }
    for member in settings.values.members where !Self.elsewhere.contains(member.key) {
      if Self.common.contains(member.key) || isOpenAI && Self.openAI.contains(member.key) {
        config[member.key] = member.value
      } else if isOpenAI, member.key == RequestSetting.responseSchema.name {
        config["response_format"] = [
          "type": "json_schema", "json_schema": ["name": "answer", "strict": false, "schema": member.value],
        ]
      } else {
        skipped.append(
          .init(
            what: "setting \(member.key)", why: "promptfoo has it in another form for this provider, or not at all."))
      }
    }
    json = config.isEmpty ? .string(id) : ["id": .string(id), "config": .object(config)]
  }

  /// The address to which promptfoo appends a slash and the method; nil for one with a query.
  private static func base(of address: String) -> String? {
    let method = "/chat/completions"
    do throws(EndpointError) {
      let endpoint = try Endpoint(address, allowPrivate: true)
      let text = endpoint.addresses(of: String(method.dropFirst())).first.map { "\($0)" } ?? ""
      return text.hasSuffix(method) ? String(text.dropLast(method.count)) : nil
    } catch {
      return nil
    }
  }
}
