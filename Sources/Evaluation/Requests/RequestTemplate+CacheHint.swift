import Providers
package import Store

extension PromptRecord {
  /// How much of the prompt providers could keep in their caches if its variables came last; nil if that is no gain, or if
  /// nothing is known of the model's cache.
  package var cacheHint: String? {
    // A token has a byte at least, so most prompts are known to be too short without a model's cache being looked up.
    if isShort { return nil }
    let name = ModelName.vendorPrefix(of: llmModel)?.rest ?? llmModel
    guard let cache = ModelName.vendor(of: llmModel)?.promptCache(name) else { return nil }
    do { return try requestTemplate.cacheHint(cache, beside: settings.textBesideMessages) } catch { return nil }
  }

  private var isShort: Bool {
    guard settings[.messages] == nil, settings[.tools] == nil, settings[.responseSchema] == nil else { return false }
    return template.utf8.count + (settings.systemPrompt?.utf8.count ?? 0) < PromptCache.leastMinimum
  }
}

extension RequestTemplate {
  /// The share of its own text that must be gained for a hint.
  private static let leastGain = 0.25

  /// - Parameter beside: what is sent with the messages and is always the same, such as tools.
  fileprivate func cacheHint(_ cache: PromptCache, beside: String) -> String? {
    guard let first = variables.first else { return nil }
    let whole = TokenEstimator().tokens(ofBytes: fixedTexts.reduce(TextSize.of(beside)) { $0 + TextSize.of($1) })
    let now = beginning(.unread).prefix(beside: beside)?.tokens ?? 0
    let kept = now >= cache.minimum ? now : 0
    guard whole >= cache.minimum, Double(whole - kept) >= Self.leastGain * Double(whole) else { return nil }
    let place = variables.count == 1 ? "{{ \(first) }} came" : "the variables came"
    let share = 100 * (whole - kept) / whole
    let part = share >= 99 ? "All of this prompt's own text" : "\(share) % more of this prompt's own text"
    let standing = now == 0 ? "nothing stands" : "only about \(min(now, whole)) tokens stand"
    return
      "\(part), about \(whole) tokens, could be read from the provider's cache if \(place) after it: \(standing) before "
      + "{{ \(first) }}, and \(cache.minimum) are the fewest that are kept."
  }

  /// Every text without its variables.
  private var fixedTexts: [String] {
    words.map { template in template.written(text: { $0 }, variable: { _ in "" }) }
  }
}
