package import Providers

/// A judge's result for one response by one criterion.
package struct Judgement: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// - Parameters:
    ///   - score: 1 to 5; the median of several samples.
    ///   - feedback: the judge's reasons.
    case completed(score: Double, feedback: String)
    /// A failed judgement is never a score.
    /// - Parameters:
    ///   - reason: one sentence.
    ///   - error: the provider's error, if any, because some of them stop a run.
    case failed(reason: String, error: ProviderError?)
  }

  package let outcome: Outcome
  /// The scores of the samples that could be read, in the order of their requests.
  package let samples: [Double]
  /// The answered calls, failed judgements and repairs included, because they were paid for.
  package let calls: [ModelCall]

  /// The limit on tokens that cut the judge's answer off; nil for a judgement that was made, or failed in another way.
  package let cutOffLimit: Int?
  /// Whether it failed because the judge repeated a judgement that stands in the material.
  package let isQuotation: Bool

  package init(
    outcome: Outcome, samples: [Double] = [], calls: [ModelCall], cutOffLimit: Int? = nil, isQuotation: Bool = false
  ) {
    self.cutOffLimit = cutOffLimit
    self.isQuotation = isQuotation
    self.outcome = outcome
    self.samples = samples
    self.calls = calls
  }

  /// The score; nil if the judgement failed.
  package var score: Double? {
    if case .completed(let score, _) = outcome { score } else { nil }
  }
}
