package import Providers

/// The usage of an answered call: everything that its cost follows from, without its text.
package struct ModelCall: Sendable, Equatable {
  /// The model that answered, as the provider names it.
  package let model: String
  package let usage: TokenUsage?
  /// US dollars, if the provider reports the cost of the call.
  package let reportedCost: Double?
  package let warnings: [String]

  /// A call without an answer that was paid for nonetheless.
  package init(model: String, wasted usage: TokenUsage) {
    self.init(Completion(text: "", model: model, usage: usage, reportedCost: usage.reportedCost))
  }

  package init(_ completion: Completion) {
    model = completion.model
    usage = completion.usage
    reportedCost = completion.reportedCost
    warnings = completion.warnings
  }
}
