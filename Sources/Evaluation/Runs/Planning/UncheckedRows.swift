import JSONCoding

/// The rows to which checks of a run do not apply, which is known before any answer.
struct UncheckedRows {
  private let checks: [Check]
  private let expectedColumn: String?
  /// The rows in which checks have nothing to compare with, by the place of the empty text, in order of appearance.
  private(set) var empty: [(place: String, rows: Occurrences)] = []
  /// The number of rows to which no check applies.
  private(set) var unscored = 0
  /// Why the first of these rows has no score.
  private(set) var firstReason: String?

  init(_ plan: Preflight.Plan) {
    checks = plan.checks.compactMap { if case .success(let check) = $0.check { check } else { nil } }
    expectedColumn = plan.expectedColumn
  }

  /// Whether no row needs to be looked at.
  var appliesToAll: Bool { !checks.contains(where: \.mayNotApply) }

  mutating func add(_ index: Int, input: JSONObject, expected: String?) {
    let subject = Check.Subject(input: input, expected: expected, column: expectedColumn)
    let skips = checks.map { Self.skip($0, subject) }
    var places: [String] = []
    for case .emptyText(let place) in skips.compactMap(\.self) where !places.contains(place) { places.append(place) }
    for place in places {
      if !empty.contains(where: { $0.place == place }) { empty.append((place, Occurrences())) }
      if let found = empty.firstIndex(where: { $0.place == place }) { empty[found].rows.add(index) }
    }
    guard skips.allSatisfy({ $0 != nil }) else { return }
    unscored += 1
    if firstReason == nil { firstReason = skips.first??.reason }
  }

  /// A check that cannot tell applies; the answer then has the error.
  private static func skip(_ check: Check, _ subject: Check.Subject) -> Check.Skip? {
    do throws(EvaluationError) { return try check.skip(subject) } catch { return nil }
  }

  /// The warnings about rows in which checks have nothing to compare with.
  ///
  /// - Parameter isTold: whether another warning tells of rows without an expected output.
  func warnings(besidesExpectedOutput isTold: Bool) -> [String] {
    empty.filter { !isTold || $0.place != Check.expectedOutput }.map { place, rows in
      "The \(place) is empty in \(rows); checks that compare with it give no score there."
    }
  }
}
