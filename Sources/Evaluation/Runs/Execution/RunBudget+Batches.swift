import Store

/// What may be submitted in batches, which are paid as a whole.
///
/// A call of its own is stopped by what the calls before it have cost. A batch is not, so that only what surely fits is
/// submitted; once its real cost is known, more of the limit is left than was feared, and more is submitted.
extension RunBudget {
  /// Rows of batches.
  struct Batched: Sendable {
    /// The rows that wait, in the order in which they are submitted.
    var waiting: [Row]
    /// The rows that are submitted and have no answer.
    var open: [Row] = []
    /// The rows with an answer that waits for the judge.
    var unjudged: [Row] = []
  }

  /// The fewest rows of a batch that leaves others behind, and the share of the waiting rows that it takes at least.
  ///
  /// A batch may take a day, so that a run is not divided into many.
  private static let fewestRows = 10
  private static let leastShare = 0.1

  /// The number of waiting rows, from the first on, that may be submitted now; 0 if they are too few for a batch.
  ///
  /// They fit even if every answer is as long as it can be, and all answers can probably be judged then.
  func submittable(_ rows: Batched) -> Int {
    guard var room = room(beside: rows) else { return 0 }
    var count = 0
    for row in rows.waiting {
      guard let most = reserved(row) else { return 0 }
      room -= most
      // Sums of many small amounts differ by their order.
      guard room >= -1e-9 * maximum else { break }
      count += 1
    }
    let least = max(Self.fewestRows, Int((Self.leastShare * Double(rows.waiting.count)).rounded(.up)))
    return count == rows.waiting.count || count >= least ? count : 0
  }

  /// What a row takes of the limit: its answer at its longest, and its reviews as they probably are; nil if nothing limits
  /// the answer.
  ///
  /// - Parameter longest: the tokens of the answer, in place of the most that it can have.
  private func reserved(_ row: Row, longest: Int? = nil) -> Double? {
    forecast.surely(row, longest: longest).map { $0 + forecast.likelyReviews(row) }
  }

  /// What is left of the limit beside everything that is under way; nil if nothing limits that.
  private func room(beside rows: Batched) -> Double? {
    var room = maximum - spent
    for row in rows.open {
      guard let most = reserved(row) else { return nil }
      room -= most
    }
    return room - rows.unjudged.reduce(0) { $0 + forecast.likelyReviews($1) }
  }

  /// Why none of the waiting rows is submitted, and what to set.
  ///
  /// - Parameters:
  ///   - isNew: whether the run has no responses, so that its max_tokens can be changed.
  ///   - isRepeated: whether they are several answers to each row.
  func shortage(_ rows: Batched, isNew: Bool, isRepeated: Bool) -> String {
    guard let longest = forecast.longestAnswer, let most = need(of: rows) else {
      return "Nothing was submitted: \(Self.unlimited(isNew: isNew))"
    }
    let shorter = isNew ? tokensThatFit(rows).map { " or max_tokens to \($0)" } ?? "" : ""
    let (paid, limit) = Dollars.compared(spent, with: maximum)
    return
      "Stopped at max_cost, and nothing more was submitted: \(paid) of \(limit) are "
      + "spent\(unknown). \(Self.left(rows.waiting, isRepeated)) about \(Dollars.text(likely(rows.waiting))), but a batch is "
      + "paid as a whole, and if every answer has the \(longest) tokens that it may have, at most "
      + "\(Dollars.text(most)). Results are kept. To go on, set max_cost to \(Dollars.roundedUp(spent + most))\(shorter) "
      + "with runs_update and call runs_generate."
  }

  private static func unlimited(isNew: Bool) -> String {
    "max_cost holds for a batch only if the length of its answers is limited, max_tokens is not set, and no limit of the "
      + "model is known here. "
      + (isNew
        ? "Set max_tokens with runs_update and call runs_generate."
        : "Its max_tokens cannot change any more: lift the limit with runs_update max_cost 0, or create a run with "
          + "like_run and max_tokens.")
  }

  /// What max_cost makes of the batches of a new run; nil if it lets all rows be submitted at once.
  ///
  /// - Parameter rows: those to be asked, the first of which is a call of its own.
  func note(beforeBatchesOf rows: [Row]) -> String? {
    let batched = Batched(waiting: rows)
    let count = submittable(batched)
    guard rows.count > 1, count < rows.count else { return nil }
    guard let longest = forecast.longestAnswer, let most = need(of: batched) else {
      return "The run will submit nothing. \(Self.unlimited(isNew: true))"
    }
    let shorter = tokensThatFit(batched).map { ", or max_tokens \($0)," } ?? ""
    let outcome =
      count == 0
      ? "lets nothing be submitted"
      : "lets \(count) of \(rows.count) requests be submitted at first, and the others in further batches as far as the real "
        + "costs leave room, each of which can take a day"
    return
      "max_cost \(Dollars.text(maximum)) \(outcome): a batch is paid as a whole, and every answer may have \(longest) tokens. "
      + "max_cost \(Dollars.roundedUp(spent + most))\(shorter) submits all at once."
  }

  /// What the limit must have left so that all waiting rows are submitted; nil if nothing limits that.
  func need(of rows: Batched) -> Double? {
    var sum = rows.unjudged.reduce(0) { $0 + forecast.likelyReviews($1) }
    // The first row of each start is a call of its own.
    var single = 0.0
    for row in rows.waiting + rows.open {
      var plain = row
      plain.isBatched = false
      guard let most = reserved(row), let alone = reserved(plain) else { return nil }
      sum += most
      single = max(single, alone - most)
    }
    return sum + single
  }

  /// The max_tokens with which all waiting rows fit; nil if that is less than an answer has on average.
  private func tokensThatFit(_ rows: Batched) -> Int? {
    let step = 1_000
    guard let room = room(beside: rows) else { return nil }
    var (fixed, each) = (0.0, 0.0)
    for row in rows.waiting {
      guard let none = reserved(row, longest: 0), let some = reserved(row, longest: step) else { return nil }
      fixed += none
      each += (some - none) / Double(step)
    }
    guard each > 0, room > fixed else { return nil }
    let tokens = Int(((room - fixed) / each).rounded(.down))
    // The first row is a call of its own, at the usual price.
    let fitting = tokens - tokens / max(rows.waiting.count, 1) - 1
    return fitting > forecast.answers.mean ? fitting : nil
  }
}
