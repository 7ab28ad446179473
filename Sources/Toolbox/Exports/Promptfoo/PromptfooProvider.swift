import Evaluation
import JSONCoding
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
      let isDefault = address.hasPrefix("https://api.openai.com")
      if vendor == nil || destination.provider == "openai" && !isDefault { config["apiBaseUrl"] = .string(address) }
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
}
