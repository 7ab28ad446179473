import JSONCoding

extension Vendor {
  /// DeepSeek's models at its own address (api-docs.deepseek.com).
  ///
  /// What a call costs depends on the hour and on public holidays, so that no price is known here.
  package static let deepseek = Vendor(
    "deepseek", "DeepSeek", at: .address("https://api.deepseek.com"), variable: "DEEPSEEK_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: DeepSeek.rules) },
    names: ModelNames(canBe: { $0.lowercased().hasPrefix("deepseek-") }, areOnOpenRouter: true))
}

enum DeepSeek {
  /// The rules of models that reason unless told otherwise.
  ///
  /// They then ignore some sampling settings, refuse to be forced to call a tool, and want the reasoning back with the calls
  /// (api-docs.deepseek.com/guides/thinking_mode).
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    var rules = ParameterRules(
      dropped: [.seed, .n, .logitBias, .user, .parallelToolCalls, .serviceTier], efforts: efforts, takesSchema: false,
      mostStops: 16)
    guard request.model.lowercased() != "deepseek-chat", request.reasoningEffort != .off else { return rules }
    rules.takesReasoning = true
    rules.dropped.formUnion([.temperature, .frequencyPenalty, .presencePenalty])
    if let choice = request.toolChoice, choice != "auto", choice != "none" {
      rules.refusal =
        "\(request.model) at DeepSeek cannot be made to call a tool while it thinks: give tool_choice auto, or "
        + "reasoning_effort none."
    }
    return rules
  }

  /// It has three, and reads the others as these.
  private static let efforts = EffortScale(
    .low, .high, .max, insteadOf: [.minimal: .low, .medium: .high, .xhigh: .high]
  ).adding(.off, ["thinking": ["type": "disabled"]])
}
