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

  /// Nil if no row has two scores.
  ///
  /// - Parameters:
  ///   - runs: runs of one dataset whose scores have one origin.
  ///   - rows: the rows that count; nil for all.
  package init?(_ runs: [RunFigures], rows: Set<Int>? = nil) {
    var scores: [Int: (first: Double, count: Int, isEqual: Bool)] = [:]
    var scored = 0
    for figures in runs {
      var means: [Int: (sum: Double, count: Int)] = [:]
      for entry in figures.entries where rows?.contains(entry.rowIndex) ?? true {
        // A call that failed says nothing of its row.
        guard let score = figures.scoring.score(of: entry) else { continue }
        means[entry.rowIndex, default: (0, 0)].sum += score
        means[entry.rowIndex, default: (0, 0)].count += 1
      }
      if !means.isEmpty { scored += 1 }
      for (row, mean) in means {
        let score = mean.sum / Double(mean.count)
        guard let known = scores[row] else {
          scores[row] = (score, 1, true)
          continue
        }
        scores[row] = (known.first, known.count + 1, known.isEqual && abs(known.first - score) < 1e-9)
      }
    }
    let compared = scores.values.filter { $0.count > 1 }
    guard !compared.isEmpty else { return nil }
    self.runs = scored
    self.rows = compared.count
    equal = compared.count { $0.isEqual }
  }

  /// `62 of 100 rows decide nothing: ...`; nil if every row has told runs apart.
  package var sentence: String? {
    guard equal > 0 else { return nil }
    let decide = equal == 1 ? "decides" : "decide"
    return
      "\(equal) of \(rows) rows \(decide) nothing: the \(runs) runs of this dataset that are scored alike have the same "
      + "score there. Harder rows in their place show more for the same cost."
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
