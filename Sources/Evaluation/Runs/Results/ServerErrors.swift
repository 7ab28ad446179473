/// Calls that ended in an error of the server after which it may have done its work.
///
/// The vendors here do not bill them, and their answers tell no tokens, so they count as free; others may bill them.
package struct ServerErrors: Sendable, Equatable {
  package private(set) var count = 0
  /// US dollars of the dearest answer; 0 if no cost is known.
  private var dearestCall = 0.0

  mutating func add(_ number: Int, dearestCall cost: Double = 0) {
    count += number
    dearestCall = max(dearestCall, cost)
  }

  /// How many there are, and what they may have cost; nil without such calls.
  ///
  /// - Parameter isLimited: whether max_cost is set, which counts them.
  package func warning(isLimited: Bool) -> String? {
    guard count > 0 else { return nil }
    let (calls, are) = count == 1 ? ("1 call", "counts") : ("\(count) calls", "count")
    let more =
      dearestCall > 0
      ? ", by up to \(Dollars.text(Double(count) * dearestCall)) if none cost more than the dearest answer" : ""
    let limit =
      isLimited ? " max_cost counts \(count == 1 ? "it as a long answer" : "them as long answers"), in case." : ""
    return
      "\(calls) ended in a server error (500 or 502) without token counts and \(are) as $0 in total_cost: a provider that bills "
      + "such calls has taken more than is shown\(more).\(limit)"
  }
}
