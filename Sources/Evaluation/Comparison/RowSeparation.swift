package import Store

/// How many rows of a dataset tell its runs apart.
///
/// A row on which every run has the same score costs calls and decides nothing.
package struct RowSeparation: Sendable, Equatable {
  /// The number of runs whose scores were compared.
  package let runs: Int
  /// The number of rows that at least two of them scored.
  package let rows: Int
  /// Of these rows, those on which the scores of all runs are equal.
  package let equal: Int

  /// The runs of a dataset whose scores have the origin of one of them; nil if no row has two scores.
  ///
  /// - Parameter rows: the rows that count.
  package init?(_ runs: [RunFigures], like run: ComparedRun, rows: Set<Int>) {
    let origin = run.origin
    self.init(runs.filter { $0.scoring.origin(of: $0.entries) == origin }, rows: rows)
  }

  /// The scores of the runs on one row.
  private struct RowScores {
    private(set) var runs = 0
    private var first = 0.0
    private(set) var isEqual = true
    /// Those of the run that is being read.
    private(set) var answers = 0
    private var sum = 0.0

    mutating func add(_ score: Double) {
      sum += score
      answers += 1
    }

    /// Compares the mean of the run that was read with the first run's.
    mutating func endRun() {
      let score = sum / Double(answers)
      if runs == 0 { first = score }
      isEqual = isEqual && first.isNearly(score)
      runs += 1
      (sum, answers) = (0, 0)
    }
  }

  /// Nil if no row has two scores.
  ///
  /// - Parameters:
  ///   - runs: runs of one dataset whose scores have one origin.
  ///   - rows: the rows that count.
  init?(_ runs: [RunFigures], rows: Set<Int>) {
    let rows = rows.sorted()
    // By the place of the row: the runs of a dataset can have millions of answers, and each would be looked up by a hash.
    var scores = [RowScores](repeating: RowScores(), count: rows.count)
    var scored = 0
    for figures in runs {
      let scoring = figures.scoring
      var places: [Int] = []
      var next = 0
      figures.entries.forEachInPlace { entry in
        // A call that failed says nothing of its row.
        guard let score = scoring.score(of: entry) else { return }
        // Most answers come in the order of the rows.
        let isNext = next < rows.count && rows[next] == entry.rowIndex
        let place = isNext ? next : rows.partitioningIndex { $0 >= entry.rowIndex }
        guard place < rows.count, rows[place] == entry.rowIndex else { return }
        next = place + 1
        if scores[place].answers == 0 { places.append(place) }
        scores[place].add(score)
      }
      if !places.isEmpty { scored += 1 }
      for place in places { scores[place].endRun() }
    }
    let compared = scores.filter { $0.runs > 1 }
    guard !compared.isEmpty else { return nil }
    self.runs = scored
    self.rows = compared.count
    equal = compared.count { $0.isEqual }
  }

  /// The rows on which each of these runs has its lowest possible score, in ascending order; nil for scores without a lowest
  /// one.
  package static func lowest(_ runs: [ComparedRun]) -> [Int]? {
    let bounds = runs.compactMap { $0.scoring.scorer.scale?.bounds.lowerBound }
    guard let first = runs.first, bounds.count == runs.count else { return nil }
    return first.entries.keys.filter { row in zip(runs, bounds).allSatisfy { $0.score(ofRow: row) == $1 } }.sorted()
  }

  /// `62 of 100 rows decide nothing: ...`; nil if every row has told runs apart.
  ///
  /// - Parameter fault: why the judge of the scores is not trusted; nil where it is.
  package func sentence(_ fault: JudgeFault?) -> String? {
    guard equal > 0 else { return nil }
    let decide = equal == 1 ? "decides" : "decide"
    let finding =
      "\(equal) of \(rows) rows \(decide) nothing: the \(runs) runs of this dataset that are scored alike have the same "
      + "score there."
    return
      "\(finding) \(fault.map { "But \($0.causeOfEqualScores)" } ?? "Harder rows in their place show more for the same cost.")"
  }
}

extension Tables {
  /// The figures of all runs of a dataset that have the rows and the scoring of one of them, itself included.
  ///
  /// A run that waits for its provider has answers to its first row alone.
  package func figures(besides run: RunRecord) -> [RunFigures] {
    runs.newestFirst.filter {
      $0.datasetID == run.datasetID && $0.scoring == run.scoring
        && $0.snapshot?.datasetHash == run.snapshot?.datasetHash && ($0.status != .waiting || $0.id == run.id)
    }
    .map(figures)
  }
}
