import JSONCoding

extension OpenAI {
  /// The rules of OpenAI's models for requests (developers.openai.com/api/docs/guides/reasoning,
  /// .../deployment-checklist).
  ///
  /// Other names are models of other servers, about which nothing is known.
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    let name = request.model.lowercased()
    guard isOwn(name[...]) else { return ParameterRules() }
    var rules = ParameterRules(usesMaxCompletionTokens: isReasoningModel(name), takesDeveloper: true, mostStops: 4)
    rules.tiers = tiers(of: name, version(of: name))
    guard let version = version(of: name) else {
      rules.efforts = isNumberedReasoner(name) ? EffortScale(.low, .medium, .high) : nil
      return rules
    }
    rules.efforts = efforts(of: name, version)
    guard version >= (6, 0) else { return rules }
    let reasons = request.parameters[.reasoningEffort] != "none"
    if reasons { rules.dropped = [.temperature, .topP, .logprobs, .topLogprobs] }
    if request.sets(.tools) { rules.refusal = refusalOfTools(name, version, reasons: reasons) }
    return rules
  }

  /// Nil if unknown: variants such as `-pro` and `-codex` have scales of their own.
  private static func efforts(of name: String, _ version: (Int, Int)) -> EffortScale? {
    guard !["-pro", "-codex", "-chat", "-oss"].contains(where: name.contains) else { return nil }
    return switch version {
    case (..<5, _): .nothing
    case (5, 0): EffortScale(.minimal, .low, .medium, .high)
    case (5, 1): EffortScale(.off, .low, .medium, .high)
    // Since GPT-5.1 `none` is what `minimal` was: the API refuses that, and says which efforts it takes.
    case (5, 2...5):
      EffortScale(.off, .low, .medium, .high, .xhigh, insteadOf: [.max: .xhigh])
    case (5, 6...): EffortScale(.off, .low, .medium, .high, .xhigh, .max)
    case (6, 2...): EffortScale(.low, .medium, .high, .xhigh, .max)
    case (6, 0) where name.contains("astra"), (6, 1) where name.contains("sol"):
      EffortScale(.minimal, .low, .medium, .high, .xhigh, .max)
    case (6, _): EffortScale(.off, .minimal, .low, .medium, .high, .xhigh, .max)
    default: nil
    }
  }

  private static func refusalOfTools(_ name: String, _ version: (Int, Int), reasons: Bool) -> String? {
    guard version == (6, 0), ["sol", "luna"].contains(where: name.contains) else {
      return "\(name) takes no tools in Chat Completions. Choose another model, such as gpt-6-luna."
    }
    return reasons ? "\(name) takes tools in Chat Completions only with a reasoning_effort of none." : nil
  }

  /// The version in `gpt-5.6-sol`, also in `ft:gpt-4.1-mini:...`; (3, 5) of `gpt-3.5-turbo`, (4, 0) of `gpt-4o`.
  static func version(of name: String) -> (Int, Int)? {
    guard let start = name.firstRange(of: "gpt-")?.upperBound else { return nil }
    let numbers = name[start...].prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    return numbers.first.map { ($0, numbers.dropFirst().first ?? 0) }
  }
}
