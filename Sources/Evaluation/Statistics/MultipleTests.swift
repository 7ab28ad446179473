/// Corrections that keep the chance of any false alarm among several comparisons at 5 %.
package enum MultipleTests {
  /// Holm's adjusted p-values: rejecting those below 5 % keeps the chance of one false alarm below 5 %.
  ///
  /// S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6 (1979).
  package static func holm(_ values: [Double]) -> [Double] {
    var adjusted = values
    var highest = 0.0
    for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      highest = max(highest, min(1, Double(values.count - rank) * values[index]))
      adjusted[index] = highest
    }
    return adjusted
  }

  /// The level of the interval for comparing a run with a baseline.
  ///
  /// Runs compared at once share the 5 % equally (Bonferroni). Drafts are tried one after another, and their final
  /// number is unknown. So the i-th draft takes 10 % / (i (i + 1)), half of it for being better. These halves sum to
  /// 5 %: the chance that any of the equal drafts is called better, however many there are. The other halves sum to 5 %
  /// for being worse. Wrong findings of not worse, whose interval is one-sided, sum to 10 %.
  ///
  /// Other shares would protect something else: 5 % / i sum to more than any limit. Shares that sum to 5 % for better
  /// and worse together leave no 95 % for the first draft. Of them 5 % · 6 / (π² i²) comes closest, with 96.96 % for the
  /// first, which takes 15 % more rows.
  ///
  /// - Parameter tests: how many tests of the same two runs share its part equally, such as those of several judges.
  package static func level(comparisons: Int, drafts: Int, tests: Int = 1) -> Double {
    let count = Double(max(drafts, 1))
    return 1 - min(0.05 / Double(max(comparisons, 1)), 0.1 / (count * (count + 1))) / Double(max(tests, 1))
  }
}
