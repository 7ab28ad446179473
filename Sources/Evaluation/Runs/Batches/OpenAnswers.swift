import Store

/// The answers that may come from the open batches of a run.
struct OpenAnswers: Sendable {
  /// The places of the requests in each batch.
  private let open: [[ClosedRange<Int>]]
  private let places: AnswerPlaces

  /// Nil for a run without open batches.
  init?(of run: RunRecord, _ rows: RunRows) {
    guard run.batch, !run.openBatches.isEmpty else { return nil }
    open = run.openBatches.map(\.ranges)
    places = AnswerPlaces(rows, repeats: run.repeats)
  }

  func contains(_ key: AnswerKey) -> Bool {
    guard let place = places.place(of: key) else { return false }
    return open.contains { $0.holds(place) }
  }
}
