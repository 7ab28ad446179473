import JSONCoding
package import Store

/// How often each expected value was answered by each value, where a run's rows have few distinct expected values.
///
/// It is only a diagnosis and changes no score.
package struct Confusion: Sendable, Equatable {
  /// A share with its 95 % interval.
  package struct Rate: Sendable, Equatable {
    package let value: Double
    /// Nil where several rows are one piece of evidence, because it takes each for one of its own.
    package let interval: ClosedRange<Double>?
  }

  /// One expected value.
  package struct Class: Sendable, Equatable {
    package let label: String
    /// The number of answers by column: each class, then ``Confusion/otherColumns``.
    package fileprivate(set) var answers: [Int]
    /// The answers outside of the classes that differ from this one only in form.
    package fileprivate(set) var nearMisses: [NearMisses.Kind: Int] = [:]
    /// The share of the answers of this value that were right; nil without such an answer.
    package fileprivate(set) var precision: Rate?
    /// The share of the rows that expect this value and got it.
    package fileprivate(set) var recall: Rate?
    /// The harmonic mean of both; 0 where no answer was right.
    package fileprivate(set) var f1: Rate?

    /// The number of rows that expect this value.
    package var rows: Int { answers.reduce(0, +) }
  }

  /// The columns behind the classes: answers that are none of them, or with Contains several, and rows without one.
  package static let otherColumns = ["(other)", "(no answer)"]

  /// The scoring, or the metric, that decides which value an answer is.
  package let source: String
  /// In alphabetical order.
  package private(set) var classes: [Class]
  /// The number of rows that failed or have a blank answer; they count as missed.
  package var unanswered: Int { classes.reduce(0) { $0 + ($1.answers.last ?? 0) } }
  /// The number of rows without an expected output.
  package private(set) var withoutExpected = 0
  /// The number of pieces of evidence that the rows are; nil if each is one of its own.
  package private(set) var pieces: Int?
  /// The number of rows left unread because the run has too many.
  package private(set) var unread = 0

  /// The number of distinct values up to which a table is readable.
  private static let mostClasses = 12
  /// The smallest mean number of rows a class: with fewer the values are not classes, but answers.
  private static let fewestRows = 5
  /// The largest number of rows that are read.
  private static let limit = 10_000

  /// Counts the first answer to each row; nil where the answers are not compared with few distinct values.
  ///
  /// - Parameter group: the piece of evidence that a row belongs to.
  package init?(
    _ entries: [ResponseEntry], _ scoring: RunScoring, group: (_ row: Int) -> Int = { $0 }
  ) throws(StoreError) {
    guard let matcher = ClassMatcher(scoring) else { return nil }
    source = matcher.source
    var (labels, known): ([String], [String: Int]) = ([], [:])
    var rows: [(label: Int, answer: String?)] = []
    var groups: Set<Int> = []
    var withoutExpected = 0
    var answered = 0
    var reader = EncodedSlice.Reader()
    // Not a list of them, because copies of all entries would take as much memory as the run.
    for index in entries.indices where entries[index].key.repeatIndex == 0 {
      answered += 1
      if answered > Self.limit { continue }
      let entry = entries[index]
      let texts = try entry.comparedTexts(from: &reader)
      guard let expected = texts.expected, !expected.isBlank else {
        withoutExpected += 1
        continue
      }
      let label = known[expected] ?? labels.firstIndex { matcher.isSame(expected, $0) } ?? labels.count
      if label == labels.count { labels.append(expected) }
      if labels.count > Self.mostClasses { return nil }
      known[expected] = label
      let answer = entry.status == .failed ? nil : texts.answer
      rows.append((label, answer?.nonBlank))
      groups.insert(group(entry.rowIndex))
    }
    guard labels.count > 1, rows.count >= Self.fewestRows * labels.count else { return nil }
    let order = labels.indices.sorted { labels[$0] < labels[$1] }
    let columns = labels.count + Self.otherColumns.count
    classes = order.map { Class(label: labels[$0].trimmed(), answers: Array(repeating: 0, count: columns)) }
    self.withoutExpected = withoutExpected
    unread = max(answered - Self.limit, 0)
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    // Most answers occur many times.
    var found: [String: Int?] = [:]
    for row in rows { count(row.answer, in: places[row.label] ?? 0, matcher, &found) }
    pieces = groups.count < rows.count ? groups.count : nil
    for index in classes.indices { rate(index) }
  }

  /// Counts an answer in the line of its expected value.
  ///
  /// - Parameter found: the columns of the answers so far; nil for those outside of the classes.
  private mutating func count(
    _ answer: String?, in place: Int, _ matcher: ClassMatcher, _ found: inout [String: Int?]
  ) {
    guard let answer else {
      classes[place].answers[classes.count + 1] += 1
      return
    }
    let known = found[answer] ?? matcher.place(of: answer, among: classes.map(\.label))
    found[answer] = .some(known)
    if let column = known {
      classes[place].answers[column] += 1
    } else {
      classes[place].answers[classes.count] += 1
      if let kind = matcher.nearMiss(answer, classes[place].label) { classes[place].nearMisses[kind, default: 0] += 1 }
    }
  }

  // MARK: Rates

  /// Sets the rates of a class.
  ///
  /// Among the rows that expect the value or got it, the number of right ones is binomial. With J as their share, F1 is
  /// 2 J / (1 + J), which rises with J, so Wilson's interval of J becomes that of F1. Simulated coverage is 92 to 96 %
  /// from 30 rows on.
  private mutating func rate(_ index: Int) {
    let right = classes[index].answers[index]
    let (expected, answered) = (classes[index].rows, classes.reduce(0) { $0 + $1.answers[index] })
    classes[index].precision = rate(right, of: answered)
    classes[index].recall = rate(right, of: expected)
    func f1(_ share: Double) -> Double { 2 * share / (1 + share) }
    classes[index].f1 = rate(right, of: expected + answered - right).map { shared in
      Rate(value: f1(shared.value), interval: shared.interval.map { f1($0.lowerBound)...f1($0.upperBound) })
    }
  }

  private func rate(_ count: Int, of all: Int) -> Rate? {
    Statistics.wilsonInterval(successes: count, trials: all).map {
      Rate(value: Double(count) / Double(all), interval: pieces == nil ? $0 : nil)
    }
  }
}
