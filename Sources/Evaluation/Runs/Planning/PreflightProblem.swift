import JSONCoding
package import Store

/// A problem that keeps a run from starting, with its remedy.
package enum PreflightProblem: ClientFacingError, Sendable, Equatable {
  /// The template has variables without a column in the dataset.
  case missingColumns([String], columns: [String])
  /// The template has variables, but the run has no dataset.
  case noDataset(variables: [String])
  /// The dataset has no column with the name of expected_column.
  case unknownExpectedColumn(String, columns: [String])
  /// The scoring requires an expected output, but there is no column for it.
  case noExpectedOutput(Scoring, columns: [String])
  /// The column of the expected output is empty.
  case blankExpectedOutput(String)
  case noJudgeModel
  /// The scoring is by checks, but no metric of the run has one.
  case noChecks
  /// No check applies to any row; why it is so for the first row.
  case noCheckApplies(String)
  /// A check needs columns that the dataset has not.
  case missingCheckColumns([String], metric: String, columns: [String])
  /// This program cannot use a stored check.
  case unusableCheck(String, String)
  /// Rows with turns or images that cannot be sent.
  case unsendable(UnsendableRows)
  /// Rows whose prompt is nothing but white space.
  case blankPrompts(Occurrences)

  /// Whether the problem would vanish with a scoring that requires no expected output.
  var isAboutExpectedOutput: Bool {
    switch self {
    case .noExpectedOutput, .blankExpectedOutput: true
    default: false
    }
  }

  /// The columns among which something was looked for; empty for other problems.
  var columns: [String] {
    switch self {
    case .missingColumns(_, let columns), .unknownExpectedColumn(_, let columns), .noExpectedOutput(_, let columns),
      .missingCheckColumns(_, _, let columns):
      columns
    default: []
    }
  }

  package var description: String {
    switch self {
    case .missingColumns(let names, let columns):
      "The dataset has no column for \(names.map { Self.variable($0, columns: columns) }.joined(separator: ", ")). "
        + "Braces that are meant as text are written \\{{ ... }}. \(Self.list(columns))"
    case .noDataset(let variables):
      "The prompt has variables (\(variables.joined(separator: ", "))) but the run has no dataset: set dataset_id."
    case .unknownExpectedColumn(let name, let columns):
      "expected_column is \"\(name)\", but there is no such column\(Self.suggestion(name, columns)). "
        + Self.list(columns)
    case .noExpectedOutput(let scoring, let columns):
      "\(Self.need(scoring)) compares with an expected output, and there is none: add a column "
        + "\"\(RunRows.standardExpectedColumn)\" to the dataset, or name the column in expected_column"
        + "\(Self.suggestion(RunRows.standardExpectedColumn, columns)). \(Self.list(columns))"
    case .blankExpectedOutput(let column):
      "The column \"\(column)\" is empty in every row; there is nothing to compare with."
    case .noJudgeModel: "LlmJudge needs a judge_model."
    case .missingCheckColumns(let names, let metric, let columns):
      "The check \"\(metric)\" needs the column \(names.map { "\"\($0)\"\(Self.suggestion($0, columns))" }.joined(separator: ", ")). "
        + "Change it with metrics_update. \(Self.list(columns))"
    case .unusableCheck(let metric, let reason): "The check \"\(metric)\" cannot be used. \(reason)"
    case .noChecks:
      "Checks needs a metric with a check: give metric_ids; metrics_create with check makes one."
    case .noCheckApplies(let reason):
      "No check of the run applies to any row, so no answer would get a score: fill the dataset's columns, or change the checks "
        + "with metrics_update. Of the first row: \(reason)"
    case .unsendable(let rows): rows.description
    case .blankPrompts(let rows):
      "The prompt is empty in \(rows): fill the dataset's values there or add text to the template."
    }
  }

  private static func need(_ scoring: Scoring) -> String {
    scoring.scorer.isJudged ? "LlmJudge without metrics" : scoring.rawValue
  }

  private static func variable(_ name: String, columns: [String]) -> String {
    "{{ \(name) }}\(suggestion(name, columns))"
  }

  private static func suggestion(_ name: String, _ columns: [String]) -> String {
    NearestName.of(name, among: columns).map { " (did you mean \"\($0)\"?)" } ?? ""
  }

  private static func list(_ columns: [String]) -> String {
    guard !columns.isEmpty else { return "The run has no dataset: set dataset_id." }
    let shown = columns.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return "Columns: \(shown)\(columns.count > 20 ? ", and \(columns.count - 20) more" : "")."
  }
}
