#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The evidence of differences that arrive one by one, as ``Evidence/of(_:range:)`` gives it for all of them.
struct RunningEvidence: Sendable {
  private let range: Double
  private var logarithms = Array(repeating: 0.0, count: Evidence.points.count)
  private var sum = 0.0
  private(set) var value = 1.0

  /// - Parameter range: the largest possible difference.
  init(range: Double) { self.range = range }

  mutating func add(_ difference: Double) {
    sum += difference
    var value = 0.0
    for (index, point) in Evidence.points.enumerated() {
      logarithms[index] += log1p(point.s * difference / range)
      value += point.weight * exp(logarithms[index])
    }
    self.value = min(value, Evidence.most)
  }

  /// Better or worse, if the evidence suffices.
  func verdict(required: Double) -> Verdict? {
    // A comparison that sums in another order must agree.
    guard value >= required * (1 + 1e-9), sum != 0 else { return nil }
    return sum > 0 ? .better : .worse
  }
}

/// A comparison that may be read after every group of rows, and decides as soon as ``Evidence`` does.
///
/// A group with a missing score is no evidence. A failure can be connected with the score that the answer would have
/// had, so the test decides only if every possible score of such rows leads to the same decision.
struct SequentialTest: Sendable {
  /// The score of a row in the baseline and in the candidate; nil where it is missing.
  typealias Pair = (baseline: Double?, candidate: Double?)

  private let bounds: ClosedRange<Double>
  private let required: Double
  private var evidence: RunningEvidence
  /// The evidence if missing scores favour the baseline, and if they favour the candidate.
  private var extremes: (worst: RunningEvidence, best: RunningEvidence)

  init(scale: ScoreScale, required: Double) {
    bounds = scale.bounds
    self.required = required
    evidence = RunningEvidence(range: scale.range)
    extremes = (evidence, evidence)
  }

  /// The evidence of the rows with both scores.
  var value: Double { evidence.value }

  /// Better or worse, if decided.
  var decision: Verdict? {
    guard let verdict = evidence.verdict(required: required) else { return nil }
    let extreme = verdict == .better ? extremes.worst : extremes.best
    return extreme.verdict(required: required) == verdict ? verdict : nil
  }

  /// Adds rows that are one piece of evidence.
  mutating func add(_ group: [Pair]) {
    let (low, high) = (bounds.lowerBound, bounds.upperBound)
    if group.allSatisfy({ $0.baseline != nil && $0.candidate != nil }) {
      evidence.add(Self.mean(group, baseline: low, candidate: low))
    }
    extremes.worst.add(Self.mean(group, baseline: high, candidate: low))
    extremes.best.add(Self.mean(group, baseline: low, candidate: high))
  }

  /// The mean difference of a group with missing scores filled in.
  private static func mean(_ group: [Pair], baseline: Double, candidate: Double) -> Double {
    group.reduce(0) { $0 + ($1.candidate ?? candidate) - ($1.baseline ?? baseline) } / Double(group.count)
  }
}
