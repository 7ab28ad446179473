import JSONCoding
package import Store

/// Checks a run before its first call is made.
package enum Preflight {
  /// The parts of a run that the preflight checks.
  package struct Plan: Sendable {
    package var template: RequestTemplate
    package var scoring: Scoring
    /// The run's expected_column, if set.
    package var expectedColumn: String?
    /// Whether the run has metrics for a judge.
    package var hasMetrics: Bool
    /// Its metrics with checks.
    package var checks: [CheckedMetric]
    /// Whether results of a deleted check give scores.
    package var keepsChecks: Bool
    package var hasJudge: Bool
    /// Whether the model may answer with tool calls.
    package var callsTools: Bool

    package init(
      template: RequestTemplate, scoring: Scoring, expectedColumn: String? = nil, hasMetrics: Bool = false,
      checks: [CheckedMetric] = [], keepsChecks: Bool = false, hasJudge: Bool = false, callsTools: Bool = false
    ) {
      self.template = template
      self.scoring = scoring
      self.expectedColumn = expectedColumn
      self.hasMetrics = hasMetrics
      self.checks = checks
      self.keepsChecks = keepsChecks
      self.hasJudge = hasJudge
      self.callsTools = callsTools
    }

    var scorer: Scorer { scoring.scorer }

    /// Whether scores require an expected output.
    var needsExpectedOutput: Bool { scorer.comparesTexts || (scorer.isJudged && !hasMetrics) }
  }

  /// The preflight's findings about the rows.
  package struct Report: Sendable, Equatable {
    /// Problems that keep the run from starting.
    package var problems: [PreflightProblem] = []
    /// Warnings about oddities that do not keep the run from starting.
    package var warnings: [String] = []
    package var rowCount = 0
    /// The ``TextSize`` of each rendered request, from which tokens are estimated.
    package var promptBytes: [Int] = []
    /// The ``TextSize`` of all expected outputs together.
    package var expectedBytes = 0
  }

  private static let noExpectedCall = """
    The prompt version has tools, and no expected output is a tool call, {"name": ..., "arguments": {...}}: an answer that \
    calls a tool is never right.
    """

  /// The beginning of the warning about rows without an expected output.
  private static let blankExpectedOutput = "The expected output is empty in"

  /// Whether a run has the warning about rows without an expected output.
  package static func tellsOfBlankRows(_ warnings: [String]) -> Bool {
    warnings.contains { $0.hasPrefix(blankExpectedOutput) }
  }

  /// The problems of a plan with a dataset of these columns.
  ///
  /// - Parameter columns: nil for a run without a dataset.
  package static func problems(_ plan: Plan, columns: [String]?) -> [PreflightProblem] {
    var problems: [PreflightProblem] = []
    let missing = plan.template.variables.filter { columns?.contains($0) != true }
    if !missing.isEmpty {
      problems.append(columns.map { .missingColumns(missing, columns: $0) } ?? .noDataset(variables: missing))
    }
    if plan.scorer.isJudged, !plan.hasJudge { problems.append(.noJudgeModel) }
    if plan.scorer.isChecked, plan.checks.isEmpty, !plan.keepsChecks { problems.append(.noChecks) }
    problems += plan.checks.compactMap { problem(of: $0, plan, columns: columns ?? []) }
    if let name = plan.expectedColumn, columns?.contains(name) != true {
      problems.append(.unknownExpectedColumn(name, columns: columns ?? []))
    } else if plan.needsExpectedOutput, plan.expectedColumn == nil,
      columns?.contains(RunRows.standardExpectedColumn) != true
    {
      problems.append(.noExpectedOutput(plan.scoring, columns: columns ?? []))
    }
    return problems
  }

  /// The values that a check needs and no row has.
  private static func problem(of metric: CheckedMetric, _ plan: Plan, columns: [String]) -> PreflightProblem? {
    let check: Check
    do throws(EvaluationError) { check = try metric.check.get() } catch {
      return .unusableCheck(metric.name, error.description)
    }
    let expected = plan.expectedColumn ?? RunRows.standardExpectedColumn
    let known = columns + (columns.contains(expected) ? [RunRows.standardExpectedColumn] : [])
    var missing = check.columns.filter { !known.contains($0) }
    if check.needsExpectedOutput, !columns.contains(expected), plan.expectedColumn == nil { missing.append(expected) }
    return missing.isEmpty ? nil : .missingCheckColumns(missing, metric: metric.name, columns: columns)
  }

  /// Renders every row and reports on them.
  ///
  /// - Parameters:
  ///   - selected: the run's rows; nil for all rows of the table.
  ///   - isSent: whether a row is to be sent; the images of any other may be gone.
  package static func report(
    _ plan: Plan, table: CSVTable?, selected: [Int]? = nil, images: ImageReader = ImageReader(),
    isSent: (_ index: Int) -> Bool = { _ in true }
  ) -> Report {
    var report = Report(problems: problems(plan, columns: table?.columns))
    let rows: RunRows
    do throws(EvaluationError) {
      rows = try RunRows(
        template: plan.template, table: table, expectedColumn: plan.expectedColumn, selected: selected,
        images: images.checking)
    } catch {
      // The problems name the missing columns already.
      return report
    }
    report.rowCount = rows.count
    var blankPrompts = Occurrences()
    var blankExpected = Occurrences()
    var unchecked = UncheckedRows(plan)
    let isChecked = !unchecked.appliesToAll
    var unsendable = UnsendableRows()
    var columnsOfImages: Set<String> = []
    var expectsCalls = false
    for index in rows.indices {
      let fields = rows.fields(at: index)
      let expected = rows.expectedOutput(in: fields)
      do throws(EvaluationError) {
        let request = try rows.request(from: fields, isSent(index) ? nil : .unread)
        report.promptBytes.append(request.size)
        if request.prompt.isBlank { blankPrompts.add(index) }
      } catch {
        report.promptBytes.append(0)
        if isSent(index) { unsendable.add(index, error.description) }
      }
      if let columns = table?.columns {
        for (column, field) in zip(columns, fields) where field.hasPrefix(TemplateHints.imageBeginning) {
          columnsOfImages.insert(column)
        }
      }
      if plan.callsTools, !expectsCalls, let expected { expectsCalls = ToolCallText.calls(in: expected) != nil }
      report.expectedBytes += expected.map(TextSize.of) ?? 0
      if expected?.isBlank == true { blankExpected.add(index) }
      if isChecked { unchecked.add(index, input: rows.input(in: fields), expected: expected) }
    }
    if !unsendable.isEmpty { report.problems.append(.unsendable(unsendable)) }
    if let columns = table?.columns {
      report.warnings += plan.template.hints(columns: columns)
    }
    report.warnings += [
      TemplateHints.images(in: plan.template.words, holdsImage: columnsOfImages.contains),
      plan.callsTools && plan.scorer.comparesTexts && report.expectedBytes > 0 && !expectsCalls ? noExpectedCall : nil,
    ].compactMap(\.self)
    if blankPrompts.count > 0 { report.problems.append(.blankPrompts(blankPrompts)) }
    if plan.needsExpectedOutput, blankExpected.count == rows.count {
      report.problems.append(.blankExpectedOutput(plan.expectedColumn ?? RunRows.standardExpectedColumn))
    } else if plan.needsExpectedOutput, blankExpected.count > 0 {
      let effect = plan.scorer.comparesTexts ? "; responses there get no score." : "."
      report.warnings.append("\(blankExpectedOutput) \(blankExpected)\(effect)")
    }
    if plan.scorer.isChecked, !plan.keepsChecks, rows.count > 0, unchecked.unscored == rows.count {
      report.problems += [unchecked.firstReason.map(PreflightProblem.noCheckApplies)].compactMap(\.self)
    } else {
      report.warnings += unchecked.warnings(besidesExpectedOutput: plan.scorer.comparesTexts)
    }
    return report
  }
}
