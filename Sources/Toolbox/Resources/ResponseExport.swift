import Evaluation
import JSONCoding
import Store

/// A run's responses as a file: a table for spreadsheets, or complete JSON, one line each.
struct ResponseExport: Sendable {
  private struct Metric: Sendable {
    let metric: RunScoring.Metric
    let name: String
  }

  let run: RunRecord
  private let scoring: RunScoring
  private let projection: ResponseProjection
  /// The responses in row order.
  private let entries: [ResponseEntry]
  private let metrics: [Metric]
  private let inputColumns: [String]

  init(_ run: RunRecord, _ entries: [ResponseEntry], _ scoring: RunScoring) throws {
    self.run = run
    let entries = entries.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
    var metrics: [Metric] = []
    for metric in scoring.allMetrics {
      let name = metric.name
      metrics.append(
        Metric(metric: metric, name: metrics.contains { $0.name == name } ? "\(name) (\(metric.id))" : name))
    }
    self.scoring = scoring
    projection = ResponseProjection(run: run, scoring: scoring)
    self.entries = entries
    hasCopies = entries.containsInPlace(where: \.isCopied)
    self.metrics = metrics
    // All rows are from one dataset, which the run's snapshot guarantees.
    inputColumns = try entries.first?.decoded().input.keys ?? []
  }

  var count: Int { entries.count }
  var responseIDs: [Int] { entries.map(\.id) }

  // MARK: JSON Lines

  /// One line for each response, in the form of `responses_get` but never cut.
  var jsonRows: RowText {
    .jsonLines(count) { index in projection.object(try entries[index].decoded(), isWhole: true) }
  }

  // MARK: CSV

  /// A table with the row, its input by column, expected output, answer, and each metric's score and reasons.
  var csvRows: RowText {
    var header: [UInt8] = []
    CSVWriter.write(columns, to: &header)
    return RowText(header: header, count: count) { index, output in
      CSVWriter.write(cells(try entries[index].decoded()), to: &output)
    }
  }

  /// Whether answers were copied from other runs.
  private let hasCopies: Bool

  private var columns: [String] {
    ["row_index"] + (run.repeats > 1 ? ["repeat"] : []) + ["response_id", "status", "score"]
      + inputColumns.map { "input.\($0)" }
      + ["expected_output", "response_text", "error"] + (projection.hasSchema ? ["schema_fault"] : [])
      + metrics.flatMap { ["review.\($0.name).score", "review.\($0.name).reasons"] }
      + ["model", "finish_reason", "latency_ms", "prompt_tokens", "completion_tokens", "cost"]
      + (hasCopies ? ["reused_from"] : [])
  }

  private func cells(_ response: ResponseRecord) -> [String] {
    let inputs = inputColumns.map { SpreadsheetText.guarded(response.input[$0]?.stringValue ?? "") }
    let fault = projection.hasSchema ? [projection.schemaFault(in: response)] : []
    let texts = ([response.expectedOutput, response.responseText, scoring.error(of: response)] + fault).map {
      SpreadsheetText.guarded($0 ?? "")
    }
    let reviews = metrics.flatMap { metric -> [String] in
      let review = scoring.review(in: response.reviews, by: metric.metric)
      return [Self.text(review?.score), SpreadsheetText.guarded(review?.feedback ?? "")]
    }
    let place = ["\(response.rowIndex)"] + (run.repeats > 1 ? ["\(response.repeatIndex)"] : [])
    return place + [
      "\(response.id)", scoring.status(of: response).rawValue,
      Self.text(scoring.score(of: response)),
    ]
      + inputs
      + texts + reviews
      + [
        SpreadsheetText.guarded(response.model ?? ""), SpreadsheetText.guarded(response.finishReason ?? ""),
        Self.text(response.latency), response.usage.map { "\($0.promptTokens)" } ?? "",
        response.usage.map { "\($0.completionTokens)" } ?? "", Self.text(response.totalCost?.rounded(toDigits: 6)),
      ] + (hasCopies ? [response.reusedFrom.map(String.init) ?? ""] : [])
  }

  /// A number as it is, without the decimals of a whole one; empty for nil.
  static func text(_ number: Double?) -> String {
    number.map { Int(exactly: $0).map(String.init) ?? "\($0)" } ?? ""
  }
}
