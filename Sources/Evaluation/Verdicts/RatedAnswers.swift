import Store

/// The answers of a run by one criterion: those that people have scored, and the others.
package struct RatedAnswers: Sendable {
  /// The answers with a score of both, in random order.
  package private(set) var pairs: [Agreement.Pair] = []
  /// The number of verdicts, also on answers that the judge has not scored.
  package private(set) var verdicts = 0
  /// The ids of the responses that were drawn at random, as ``DrawOrder`` says.
  package private(set) var drawn: Set<Int> = []
  /// How many of the drawn ones were scored while the judge's score was hidden.
  package private(set) var blind = 0
  /// How many of the drawn ones count: the first ones, as far as enough of them are blind.
  private(set) var counted = 0
  /// The number of answers without a verdict.
  private(set) var left = 0
  /// How many of them can be scored before anybody sees the judge's score.
  private(set) var blindLeft = 0
  /// The groups of their rows.
  private(set) var openGroups: Set<Int> = []
  /// The answers that the judge has scored, in random order: their groups, whether they have verdicts, and whether these are
  /// blind or could be.
  private var order: [(group: Int, isRated: Bool, isBlind: Bool)] = []
  /// The drawn rows that count, each with the means of its scored answers.
  private(set) var drawnRows: [Agreement.Pair] = []
  /// All other rows.
  private(set) var others: [CorrectedMean.Unrated] = []

  /// - Parameters:
  ///   - group: the group of a row.
  ///   - human: a person's score of an answer; nil without.
  ///   - judge: the judge's score of it, or the run's; nil without.
  ///   - canBeBlind: whether nobody has seen the judge's score of an answer yet.
  init(
    _ entries: [ResponseEntry], group: (Int) -> Int, human: (ResponseEntry) -> HumanVerdicts.Score?,
    judge: (ResponseEntry) -> Double?, canBeBlind: (ResponseEntry) -> Bool = { _ in true }
  ) {
    let answers = entries.sorted { DrawOrder.precedes($0.key, $1.key) }.map { entry in
      (entry: entry, verdict: human(entry), score: judge(entry))
    }
    let inOrder = DrawOrder.drawn(answers, isScored: { $0.score != nil }, isRated: { $0.verdict != nil })
    drawn = Set(inOrder.filter { $0.score != nil }.map(\.entry.id))
    var unrated: [Int: [Double]] = [:]
    var order: [Int] = []
    var drawnPairs: [(row: Int, pair: Agreement.Pair, isBlind: Bool)] = []
    for (entry, verdict, score) in answers {
      if verdict != nil { verdicts += 1 }
      // An answer that the judge has not scored is no part of what is estimated.
      guard let score else { continue }
      let row = entry.rowIndex
      let isBlind = verdict?.isBlind ?? canBeBlind(entry)
      self.order.append((group(row), verdict != nil, isBlind))
      if unrated[row] == nil { order.append(row) }
      unrated[row, default: []].append(score)
      guard let verdict else {
        left += 1
        if isBlind { blindLeft += 1 }
        openGroups.insert(group(row))
        continue
      }
      let pair = Agreement.Pair(human: verdict.value, judge: score, group: group(row))
      pairs.append(pair)
      guard drawn.contains(entry.id) else { continue }
      drawnPairs.append((row, pair, verdict.isBlind))
    }
    blind = drawnPairs.count(where: \.isBlind)
    counted = BlindShare.counted(drawnPairs.map(\.isBlind))
    let rated = Dictionary(grouping: drawnPairs.prefix(counted), by: \.row).mapValues { $0.map(\.pair) }
    for row in order {
      if let pairs = rated[row] {
        drawnRows.append(
          Agreement.Pair(
            human: Moments.mean(pairs.map(\.human)), judge: Moments.mean(pairs.map(\.judge)), group: group(row)))
      } else {
        others.append(CorrectedMean.Unrated(judge: Moments.mean(unrated[row] ?? []), group: group(row)))
      }
    }
  }

  /// The number of pieces of evidence among the drawn rows that count.
  package var drawnGroups: Int { Set(drawnRows.map(\.group)).count }

  /// The number of pieces of evidence, whether they have verdicts or not.
  var groups: Int { Set(order.map(\.group)).count }

  /// What a piece of evidence is called.
  var unit: EvidenceUnit { groups < drawnRows.count + others.count ? .group : .row }

  /// The further verdicts in random order after which so many pieces of evidence are drawn and count; nil if there are
  /// fewer, and if too many of their scores were shown.
  ///
  /// Answers that were chosen and rated before count as drawn once those before them have verdicts.
  func verdictsNeeded(toDraw count: Int) -> Int? {
    var seen: Set<Int> = []
    var (verdicts, shown) = (0, 0)
    for (index, answer) in order.enumerated() {
      seen.insert(answer.group)
      if !answer.isRated { verdicts += 1 }
      if !answer.isBlind { shown += 1 }
      if seen.count >= count, BlindShare.areFew(shown, of: index + 1) { return verdicts }
    }
    return nil
  }

  /// Whether there are rows enough for a correction, and further verdicts cannot lead to one because scores were shown.
  var areShown: Bool {
    left > 0 && groups >= CorrectedMean.fewest && verdictsNeeded(toDraw: CorrectedMean.fewest) == nil
  }

  /// The drawn rows of the first so many pieces of evidence.
  func drawnRows(ofFirst groups: Int) -> [Agreement.Pair] {
    var seen: Set<Int> = []
    return drawnRows.filter { row in
      if seen.count < groups { seen.insert(row.group) }
      return seen.contains(row.group)
    }
  }
}

extension BlindShare {
  init(_ rated: RatedAnswers) { self.init(blind: rated.blind, of: rated.drawn.count, counted: rated.counted) }
}

/// How many verdicts were given blind, and how many count.
///
/// A person who has seen the judge's score tends to repeat it. At worst such a verdict hides the judge's error on that
/// row, so a tenth of them hides at most a tenth of its bias. Of rows in random order, the first ones count up to the
/// last at which no more than a tenth are not blind. Where that is depends on what was shown, not on any score, and
/// further verdicts never make fewer of them count.
struct BlindShare: Sendable, Equatable {
  let blind: Int
  let count: Int
  let counted: Int

  init(blind: Int, of count: Int, counted: Int) {
    self.blind = blind
    self.count = count
    self.counted = counted
  }

  /// How many blind verdicts must follow before those that do not count do; 0 if all count.
  var missing: Int { counted == count ? 0 : 10 * (count - blind) - count }

  /// How many of the first verdicts count.
  ///
  /// - Parameter blind: whether each was given blind, in the random order of its row.
  static func counted(_ blind: [Bool]) -> Int {
    var (counted, seen) = (0, 0)
    for (index, isBlind) in blind.enumerated() {
      if !isBlind { seen += 1 }
      if areFew(seen, of: index + 1) { counted = index + 1 }
    }
    return counted
  }

  /// Whether so few of the first verdicts are not blind that all of them count.
  static func areFew(_ shown: Int, of count: Int) -> Bool { 10 * shown <= count }
}
