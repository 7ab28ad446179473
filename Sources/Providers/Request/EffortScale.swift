import JSONCoding

/// The reasoning efforts that a model takes, and how each of them is sent.
struct EffortScale: Sendable {
  private var settings: [ReasoningEffort: Setting] = [:]

  private struct Setting: Sendable {
    /// The members of the body that say it.
    let members: JSONObject
    /// What the vendor calls it, if not by the same word.
    let otherWord: String?
    /// The most tokens of thoughts, where the vendor wants a number.
    var budget = 0
  }

  /// Of a model that does not reason.
  static let nothing = EffortScale()

  /// - Parameters:
  ///   - efforts: those that the model knows by their names.
  ///   - standIns: for others, the one that is sent in their place.
  ///   - written: the members of the body that say an effort.
  init(
    _ efforts: ReasoningEffort..., insteadOf standIns: [ReasoningEffort: ReasoningEffort] = [:],
    written: (String) -> JSONObject = { ["reasoning_effort": .string($0)] }
  ) {
    for effort in efforts { settings[effort] = Setting(members: written(effort.rawValue), otherWord: nil) }
    for (effort, standIn) in standIns {
      settings[effort] = Setting(members: written(standIn.rawValue), otherWord: standIn.rawValue)
    }
  }

  /// The scale with one more effort, which is said in members of its own; a budget is the most tokens of thoughts.
  func adding(_ effort: ReasoningEffort, _ members: JSONObject, budget: Int = 0) -> EffortScale {
    var scale = self
    scale.settings[effort] = Setting(members: members, otherWord: nil, budget: budget)
    return scale
  }

  /// What is sent for an effort.
  func members(for effort: ReasoningEffort) -> JSONObject { settings[effort]?.members ?? [:] }

  /// The most tokens of thoughts; 0 where that is not limited apart from the answer.
  func budget(of effort: ReasoningEffort?) -> Int { effort.flatMap { settings[$0]?.budget } ?? 0 }

  /// Why a model does not take an effort, as a sentence; nil if it does.
  func refusal(of word: String, by model: String, at provider: String) -> String? {
    if let effort = ReasoningEffort(rawValue: word), settings[effort] != nil { return nil }
    let words = ReasoningEffort.allCases.filter { settings[$0] != nil }.map(\.rawValue)
    guard let last = words.last else {
      return "\(model) at \(provider) takes no reasoning_effort. Leave it out, or choose a model that reasons."
    }
    let list = words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " or \(last)"
    return "\(model) at \(provider) takes a reasoning_effort of \(list), not \(word)."
  }

  /// What a person should know where an effort has another name there.
  func warning(for effort: ReasoningEffort, to model: String, at provider: String) -> String? {
    settings[effort]?.otherWord.map {
      "reasoning_effort \(effort.rawValue) was sent as \($0): \(model) at \(provider) has none of that name."
    }
  }
}
