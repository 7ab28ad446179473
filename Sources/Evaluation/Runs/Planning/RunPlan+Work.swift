import Store

extension RunPlan {
  /// One answer to make or to judge, and its response so far.
  ///
  /// Large runs have many of them, and most have no response, for which no room is kept.
  struct RowWork: Sendable {
    let key: AnswerKey
    let needsGeneration: Bool
    /// The lengths from which the cost of its calls is estimated.
    var size = RowForecast.Row()
    private var entries: Entries?

    private final class Entries: Sendable {
      let existing: ResponseEntry?
      let source: ResponseEntry?

      init?(existing: ResponseEntry?, source: ResponseEntry?) {
        if existing == nil, source == nil { return nil }
        (self.existing, self.source) = (existing, source)
      }
    }

    init(key: AnswerKey, existing: ResponseEntry?, needsGeneration: Bool) {
      self.key = key
      self.needsGeneration = needsGeneration
      entries = Entries(existing: existing, source: nil)
    }

    /// Its response, failed or without all its reviews.
    var existing: ResponseEntry? {
      get { entries?.existing }
      set { entries = Entries(existing: newValue, source: source) }
    }

    /// The answer of an earlier run that is copied in place of a call; nil for an answer that is made.
    var source: ResponseEntry? {
      get { entries?.source }
      set { entries = Entries(existing: existing, source: newValue) }
    }

    /// Whether the model that answers is called.
    var asksModel: Bool { needsGeneration && entries?.source == nil }
    /// Whether neither the model nor the judge is called.
    var isFree: Bool { entries?.source != nil && size.reviews == 0 }
  }
}
