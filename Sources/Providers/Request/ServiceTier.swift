import JSONCoding

/// How fast and how dear a provider answers, as the user asks for it.
package enum ServiceTier: String, Sendable, CaseIterable {
  /// What is set for the project at the provider.
  case auto
  /// The usual one.
  case standard = "default"
  /// Slower, without a promise of capacity, and often at half the price.
  case flex
  /// The same while there is capacity, and else the usual one at its price.
  case flexOrDefault = "flex_or_default"
  /// Capacity that was bought in advance.
  case scale
  case priority
  /// The provider's fastest, which OpenAI bills as ``priority``.
  case fast

  /// The tier in an answer by which a call is probably billed; nil for the usual price.
  package var billed: String? {
    switch self {
    case .auto, .standard: nil
    case .flex, .flexOrDefault: "flex"
    case .scale: "scale"
    case .priority, .fast: "priority"
    }
  }

  /// The dearest tier by which a call may be billed.
  package var dearest: String? { self == .flexOrDefault ? nil : billed }

  /// Whether answers may take minutes and calls may be turned away for lack of capacity.
  package var isFlex: Bool { self == .flex || self == .flexOrDefault }

  /// The cheapest tier by which a call may be billed: a provider may answer at the usual one where another has no room.
  package var cheapest: String? { isDear ? nil : billed }

  /// Whether it costs more than the usual one, or has no price for each token.
  package var isDear: Bool { Self.dearWords.contains(billed ?? "") }

  /// The words of answers at tiers that are dearer than the usual one, or whose capacity was bought.
  static let dearWords: Set<String> = ["priority", "fast", "performance", "scale", "ultrafast"]

  /// The words of vendors that use OpenAI's.
  static func words(_ tiers: ServiceTier...) -> [ServiceTier: String] { words(tiers) }

  static func words(_ tiers: [ServiceTier]) -> [ServiceTier: String] {
    let words = Dictionary(uniqueKeysWithValues: tiers.map { ($0, $0.rawValue) })
    return tiers.contains(.flex) ? words.merging([.flexOrDefault: flex.rawValue]) { _, word in word } : words
  }

  /// Seconds that a call at a slow tier may take (developers.openai.com/api/docs/guides/flex-processing).
  static let flexTimeout = 900.0
}

extension CompletionRequest {
  /// The tier that it asks for; nil for none, or for a word that is not known here.
  var serviceTier: ServiceTier? {
    get { parameters[.serviceTier]?.stringValue.flatMap(ServiceTier.init) }
    set { parameters[.serviceTier] = newValue.map { .string($0.rawValue) } }
  }

  /// That an answer came at another tier than the one that was asked for, or at a dearer one than the usual although none
  /// was; nil if it did not.
  ///
  /// What `auto` means is set at the provider, so an estimate cannot know it.
  func note(onTier tier: String?, at provider: String) -> String? {
    guard let tier else { return nil }
    if let asked = serviceTier, !isServed(by: tier) {
      return
        "service_tier \(asked.rawValue) was asked for, and \(provider) answered at the tier \(tier): each call is priced by "
        + "the tier that answered it."
    }
    guard [nil, .auto].contains(serviceTier), ServiceTier.dearWords.contains(tier) else { return nil }
    return
      "\(provider) answered at the tier \(tier), which is set for the account or project there: each call is priced by it, "
      + "and the estimate was not. service_tier default asks for the usual one."
  }

  /// Whether a word in an answer names the tier that was asked for; true if nothing else is known.
  func isServed(by tier: String) -> Bool {
    switch serviceTier {
    case nil, .auto: true
    case .standard: ["default", "standard", "on_demand", "standard_only"].contains(tier)
    case .flex, .flexOrDefault: tier == "flex"
    case .scale: tier == "scale"
    case .priority, .fast: ["priority", "fast", "performance"].contains(tier)
    }
  }
}
