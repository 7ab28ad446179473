package import JSONCoding
package import Store

/// The prompts, datasets and metrics that an import makes.
///
/// What differs from row to row within one kind of assertion, such as the text to contain, goes to columns of the dataset.
/// A kind that only some rows have applies where its column is not empty (``ImportCriteria``).
package struct ImportPlan: Sendable {
  package struct Prompt: Sendable {
    package let name: String
    package let template: String
    package let model: String
    package let settings: RequestSettings
  }

  package struct Metric: Sendable {
    package let name: String
    /// The wording for a judge; nil for a check.
    package let instruction: String?
    /// The descriptions of a judge's stars; empty for the usual ones.
    package let bands: [MetricRecord.Band]
    package let check: JSONObject?
  }

  package struct Dataset: Sendable {
    package let name: String
    package let contents: DatasetContents
    /// Indices into ``ImportPlan/metrics``.
    package let metrics: [Int]
  }

  /// The name of the format that was read.
  package let format: String
  package let prompts: [Prompt]
  package let datasets: [Dataset]
  package let metrics: [Metric]
  package let skipped: [ImportSkip]
  package let notes: [String]
  package let judgeModel: String?
  package let repeats: Int?
  /// Whether the source had criteria, and none of them could be translated.
  ///
  /// Its runs have no scores, as any other scoring would not be what the source asks for.
  package let isUnscored: Bool

  /// - Throws: ``EvaluationError`` if nothing is left to import.
  init(_ given: ImportDraft, format: String) throws(EvaluationError) {
    var draft = given
    draft.addMissingColumns()
    let criteria = ImportCriteria(draft.rows)
    let metrics = criteria.metrics
    // A check that cannot be made leaves its rows without a score, so it is refused before anything is stored.
    for metric in metrics { if let check = metric.check { _ = try Check(check) } }
    for note in criteria.notes { draft.note(note) }
    let datasets =
      draft.rows.isEmpty
      ? []
      : [
        Dataset(
          name: draft.name, contents: try DatasetContents(criteria.csv, format: .csv, secondHeader: .row),
          metrics: Array(metrics.indices))
      ]
    guard !draft.prompts.isEmpty || !datasets.isEmpty else {
      let reasons = draft.skipped.prefix(3).map { "Line \($0.line), \($0.what): \($0.why)" }.joined(separator: " ")
      throw EvaluationError("There is nothing to import as \(format). \(reasons)".trimmed())
    }
    if metrics.contains(where: { $0.instruction != nil }) {
      draft.note("Metrics of a judge score 1 to 5 here, not passed or failed.")
      if metrics.contains(where: { $0.check != nil }) {
        draft.note("With scoring Checks the score is the mean of the checks; the judge's reviews stand beside it.")
      }
    }
    isUnscored = draft.hasLostCriteria && metrics.isEmpty && !datasets.isEmpty
    if isUnscored {
      draft.note(
        "The runs have scoring None and give no scores, because none of the criteria could be translated.")
    }
    self.format = format
    prompts = draft.prompts.map {
      Prompt(name: $0.name, template: $0.template, model: $0.model, settings: $0.settings)
    }
    self.datasets = datasets
    self.metrics = metrics
    skipped = draft.skipped
    notes = draft.notes
    judgeModel = draft.judgeModel
    repeats = draft.repeats
  }
}
