import JSONCoding
package import Store

/// The columns of the rows that a run answers, or has answered.
package struct RunColumns: Sendable {
  /// Nil for a run without a dataset.
  package let names: [String]?
  /// Why they are not those of the dataset, and what to do; nil if they are.
  package let note: String?

  /// The dataset's columns or, if the dataset has changed since the run was started, those that its answers record.
  ///
  /// - Throws: ``EvaluationError`` if the dataset is gone, and an error of decoding a response.
  package init(of run: RunRecord, in tables: Tables) throws {
    let dataset = try run.datasetID.map { id in try tables.find(DatasetRecord.self, id) }
    let answers = tables.responses.entries(ofRun: run.id)
    guard let dataset, let first = answers.first, !dataset.isData(of: tables.runs[run.id] ?? run) else {
      (names, note) = (dataset?.columns, nil)
      return
    }
    let response = try first.decoded()
    let expected = tables.runs[run.id]?.expectedColumn ?? RunRows.standardExpectedColumn
    names = response.input.keys + (response.expectedOutput == nil ? [] : [expected])
    note =
      "These are the columns of the rows that run \(run.id) has answered; the dataset has changed since it was started. "
      + ChangedDataset.remedy(likeRun: run.id)
  }
}

extension Tables {
  /// Why a run cannot be scored by its metrics and settings as they are now, or cannot start, with the remedies.
  ///
  /// The same rules hold when a run is created, changed and judged.
  ///
  /// - Parameters:
  ///   - template: what is sent for a row; nil for a run that has answers, whose scoring alone can be wrong.
  ///   - scoring: nil for the run's own.
  package func problems(
    of run: RunRecord, template: RequestTemplate?, scoring: Scoring? = nil
  ) throws -> [String] {
    let columns = try RunColumns(of: run, in: self)
    let plan = Preflight.Plan(
      template: template ?? RequestTemplate(""), scoring: scoring ?? run.scoring, expectedColumn: run.expectedColumn,
      hasMetrics: !judgeMetricIDs(of: run).isEmpty, checks: checkedMetrics(of: run),
      keepsChecks: template == nil && !checkMetricIDs(of: run).isEmpty, hasJudge: run.judgeModel != nil)
    let problems = Preflight.problems(plan, columns: columns.names)
    let isAboutColumns = problems.contains { !$0.columns.isEmpty }
    return problems.map(\.description) + (isAboutColumns ? [columns.note].compactMap(\.self) : [])
  }
}
