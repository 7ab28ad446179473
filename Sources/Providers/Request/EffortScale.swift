import JSONCoding

/// The reasoning efforts that a model supports, and the form of each.
struct EffortScale: Sendable {
  private var settings: [ReasoningEffort: Setting] = [:]

  private struct Setting: Sendable {
    /// The members of the body for the effort.
    let members: JSONObject
    /// The vendor's name of the effort, if different.
    let otherWord: String?
    /// The largest number of reasoning tokens, if the vendor requires one.
    var budget = 0
  }

  /// The scale of a model that does not reason.
  static let nothing = EffortScale()

  /// - Parameters:
  ///   - efforts: the efforts that the model supports by name.
  ///   - standIns: the supported effort to send for each unsupported one.
  ///   - written: the members of the body for an effort.
  init(
    _ efforts: ReasoningEffort..., insteadOf standIns: [ReasoningEffort: ReasoningEffort] = [:],
    written: (String) -> JSONObject = { ["reasoning_effort": .string($0)] }
  ) {
    for effort in efforts { settings[effort] = Setting(members: written(effort.rawValue), otherWord: nil) }
    for (effort, standIn) in standIns {
      settings[effort] = Setting(members: written(standIn.rawValue), otherWord: standIn.rawValue)
    }
  }

  /// The scale with one more effort and its members; a budget is the largest number of reasoning tokens.
  func adding(_ effort: ReasoningEffort, _ members: JSONObject, budget: Int = 0) -> EffortScale {
    var scale = self
    scale.settings[effort] = Setting(members: members, otherWord: nil, budget: budget)
    return scale
  }

  /// The members that are sent for an effort.
  func members(for effort: ReasoningEffort) -> JSONObject { settings[effort]?.members ?? [:] }

  /// The largest number of reasoning tokens; 0 if reasoning is not limited separately.
  func budget(of effort: ReasoningEffort?) -> Int { effort.flatMap { settings[$0]?.budget } ?? 0 }

  /// Why a model does not support an effort, as a sentence; nil if it does.
  func refusal(of word: String, by model: String, at provider: String) -> String? {
    if let effort = ReasoningEffort(rawValue: word), settings[effort] != nil { return nil }
    let words = ReasoningEffort.allCases.filter { settings[$0] != nil }.map(\.rawValue)
    guard let last = words.last else {
      return "\(model) at \(provider) takes no reasoning_effort. Leave it out, or choose a model that reasons."
    }
    let list = words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " or \(last)"
    return "\(model) at \(provider) takes a reasoning_effort of \(list), not \(word)."
  }

  /// The warning about an effort with another name at the provider; nil if there is none.
  func warning(for effort: ReasoningEffort, to model: String, at provider: String) -> String? {
    settings[effort]?.otherWord.map {
      "reasoning_effort \(effort.rawValue) was sent as \($0): \(model) at \(provider) has none of that name."
    }
  }
}
