import JSONCoding
package import Store

/// Counts wrong answers that differ from the expected output only in form.
///
/// It is only a diagnosis and changes no score.
package struct NearMisses: Sendable, Equatable {
  /// The only difference between an answer and the expected output.
  package enum Kind: Int, CaseIterable, Sendable {
    case letterCase, surroundings, fence, several
    /// The answer contains the expected output beside other text.
    case otherText
  }

  private var counts: [Kind: Int] = [:]
  /// The number of compared answers.
  private var compared = 0
  /// Whether the run has more answers than those.
  private var leavesOthers = false

  private init() {}

  /// Adds an answer by what alone keeps it from being right; nil for more, and for a right one.
  private mutating func add(_ kind: Kind?) {
    compared += 1
    if let kind { counts[kind, default: 0] += 1 }
  }

  /// A sentence for each kind that occurs.
  package var sentences: [String] {
    Kind.allCases.compactMap { kind in
      guard let count = counts[kind] else { return nil }
      let answers = "\(count) of \(leavesOthers ? "the first " : "")\(compared) answers"
      switch kind {
      case .letterCase: return "\(answers) differ from the expected output only by case, which counts: \(Self.check)."
      case .surroundings:
        return "\(answers) differ from the expected output only by punctuation or quotes around it: ask for the bare "
          + "answer in the prompt, or \(Self.contains)."
      case .fence:
        return
          "\(answers) are the expected output in a code fence: ask for the bare answer in the prompt, or "
          + "\(Self.contains)."
      case .several:
        return "\(answers) differ from the expected output only by case, surrounding punctuation or quotes, and a code "
          + "fence together: \(Self.check)."
      case .otherText:
        return "\(answers) have the expected output among other text, which may be right: \(Self.contains)."
      }
    }
  }

  private static let contains =
    "runs_update with scoring Contains forgives what stands around the expected output, free of charge"
  private static let check =
    "runs_update with scoring Checks and a check of kind equals or contains with case_sensitive false (metrics_create) "
    + "forgives that, free of charge"

  // MARK: One answer

  /// What alone keeps an answer from being the expected output under a run's scoring; nil if more does.
  package static func kind(_ response: String, _ expected: String, _ scoring: RunScoring) -> Kind? {
    kind(response, expected, scoring.scorer, scoring.form)
  }

  /// What alone keeps an answer from being the expected output; nil if more does.
  static func kind(
    _ response: String, _ expected: String, _ scorer: Scorer, _ form: TextComparison.Form
  ) -> Kind? {
    guard case .texts(let comparison) = scorer.source else { return nil }
    let (answer, wanted) = (comparison.comparable(response), comparison.comparable(expected))
    guard !wanted.isEmpty, !answer.isEmpty else { return nil }
    return comparison.nearMisses.first { kind in
      if kind == .otherText { return Scorer.contains.score(of: answer, expected: wanted, as: form) == 1 }
      let (forgiven, wantedForm) = (forgive(kind, answer), forgive(kind, wanted))
      return !wantedForm.isEmpty && comparison.score(forgiven, wantedForm, as: form).map { $0 > 0 } ?? false
    }
  }

  /// The text with the kind of difference removed.
  private static func forgive(_ kind: Kind, _ text: String) -> String {
    switch kind {
    case .letterCase: text.lowercased()
    case .surroundings: bare(text)
    case .fence: text.withoutCodeFence
    case .several: bare(text.withoutCodeFence).lowercased()
    case .otherText: text
    }
  }

  /// The text without punctuation, quotes and markup at either end.
  private static func bare(_ text: String) -> String {
    func isMark(_ character: Character) -> Bool { character.isWhitespace || marks.contains(character) }
    guard let start = text.firstIndex(where: { !isMark($0) }), let end = text.lastIndex(where: { !isMark($0) }) else {
      return ""
    }
    return String(text[start...end])
  }

  private static let marks = Set(".,;:!?\"'`*_()[]{}\u{2018}\u{2019}\u{201C}\u{201D}\u{00AB}\u{00BB}\u{2026}")
}

extension NearMisses {
  private struct Pair: Hashable {
    let answer: String
    let expected: String
  }

  /// The largest number of wrong answers that are read.
  private static let limit = 1_000

  /// Examines the answers of a run that compares texts.
  package init(_ entries: [ResponseEntry], _ rule: RunScoring) throws(StoreError) {
    self.init()
    guard rule.scorer.comparesTexts else { return }
    var reader = EncodedSlice.Reader()
    // The answers of a classifier are few, and each is examined once.
    var known: [Pair: Kind?] = [:]
    var readCount = 0
    for entry in entries {
      guard let score = rule.score(of: entry) else { continue }
      if score > 0 {
        add(nil)
      } else if readCount == Self.limit {
        leavesOthers = true
        break
      } else {
        readCount += 1
        let texts = try entry.comparedTexts(from: &reader)
        let pair = Pair(answer: texts.answer ?? "", expected: texts.expected ?? "")
        let kind = known[pair] ?? Self.kind(pair.answer, pair.expected, rule)
        known[pair] = .some(kind)
        add(kind)
      }
    }
  }
}
