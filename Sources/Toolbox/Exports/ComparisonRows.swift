import Evaluation
import JSONCoding
import Store

/// The rows of a comparison: for each the input, the expected output, and every run's answer and score.
struct ComparisonRows: Sendable {
  private let sides: [ComparedRun]
  /// The rows of any of the runs, in dataset order.
  private let rows: [Int]
  private let inputColumns: [String]
  /// The sides whose scores measure the same as the baseline's.
  private let comparable: Set<Int>

  init(_ sides: [ComparedRun]) throws {
    self.sides = sides
    rows = Set(sides.flatMap(\.entries.keys)).sorted()
    // All rows are from one dataset.
    comparable = Set(sides.indices.filter { sides[$0].measuresTheSame(as: sides[0]) })
    inputColumns = try sides[0].entries.values.first?.decoded().input.keys ?? []
  }

  /// A table for spreadsheets.
  var csv: RowText {
    var header: [UInt8] = []
    let names = sides.enumerated().flatMap { index, side in
      ["score", "response_text", "status", "cost"].map { "run_\(side.run.id).\($0)" }
        + (index > 0 ? ["run_\(side.run.id).difference"] : [])
    }
    CSVWriter.write(
      ["row_index"] + inputColumns.map { SpreadsheetText.guarded("input.\($0)") } + ["expected_output"] + names,
      to: &header)
    return RowText(header: header, count: rows.count) { index, output in
      CSVWriter.write(try cells(ofRow: rows[index]), to: &output)
    }
  }

  /// The objects of `runs_compare`, whole.
  var jsonLines: RowText {
    .jsonLines(rows.count) { index in try RunComparisonTool.comparison(ofRow: rows[index], sides) }
  }

  private func cells(ofRow row: Int) throws -> [String] {
    let records = try sides.map { try $0.entries[row]?.decoded() }
    let known = records.compactMap(\.self).first
    let baseline = sides[0].countedScore(ofRow: row)
    var cells = ["\(row)"]
    cells += inputColumns.map { SpreadsheetText.guarded(known?.input[$0]?.stringValue ?? "") }
    cells.append(SpreadsheetText.guarded(known?.expectedOutput ?? ""))
    for (index, (side, record)) in zip(sides, records).enumerated() {
      let score = side.score(ofRow: row)
      cells += [
        ResponseExport.text(score), SpreadsheetText.guarded(record?.responseText ?? ""),
        side.entries[row]?.status.rawValue ?? "",
        ResponseExport.text(side.entries[row]?.totalCost?.rounded(toDigits: 6)),
      ]
      if index > 0 {
        let counted = comparable.contains(index) ? side.countedScore(ofRow: row) : nil
        let difference = baseline.flatMap { baseline in counted.map { ($0 - baseline).rounded(toPlaces: 6) } }
        cells.append(ResponseExport.text(difference))
      }
    }
    return cells
  }
}

extension Services {
  /// The rows of a comparison, whose scores are then known to have been shown.
  func comparisonRows(_ ids: [Int]) async throws -> ComparisonRows {
    let sides = try await comparedRuns(ids).sides
    for side in sides {
      await recordDisplay(.scored, of: side.entries.values.flatMap(\.answers).map(\.id), ofRun: side.run.id)
    }
    return try ComparisonRows(sides)
  }
}
