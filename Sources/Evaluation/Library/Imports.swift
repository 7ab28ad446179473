import JSONCoding
package import Store

/// The records of an import, in the order of its plan.
package struct ImportedRecords: Sendable {
  /// A record with whether this import made it, or it was there with the same content.
  package struct Entry<Record: Sendable>: Sendable {
    package let record: Record
    package let isNew: Bool
  }

  package var prompts: [Entry<PromptRecord>] = []
  package var datasets: [Entry<DatasetRecord>] = []
  package var metrics: [Entry<MetricRecord>] = []
}

extension Transaction {
  /// Makes the records of an import that are not there yet.
  ///
  /// A prompt version that sends the same request, a dataset with the same rows and a metric with the same name and
  /// wording or check are taken as they are, so that importing a text again makes nothing, even if what it made has other
  /// names by now. A prompt whose text differs from that of the one with its name and model becomes a draft version of it.
  ///
  /// - Parameter makeFamilyKey: makes the key of a new family of prompts.
  package mutating func add(
    _ plan: ImportPlan, makeFamilyKey: () -> String
  ) throws(EvaluationError) -> ImportedRecords {
    var records = ImportedRecords()
    for dataset in plan.datasets {
      let bytes = dataset.contents.bytes
      // A text is decoded only if it has the same length.
      let known = tables.datasets.newestFirst.first { $0.byteCount == bytes.count && $0.text?.bytes == bytes }
      if let known {
        records.datasets.append(.init(record: known, isNew: false))
      } else {
        records.datasets.append(.init(record: try createDataset(name: dataset.name, dataset.contents), isNew: true))
      }
    }
    // A metric that was renamed is known by its wording where the same rows were imported before.
    let wasImported = !records.datasets.contains { $0.isNew }
    var taken: Set<Int> = []
    let same = plan.metrics.map { metric in
      let known = tables.metrics.newestFirst.first { $0.name == metric.name && $0.scores(as: metric) }
      if let known { taken.insert(known.id) }
      return known
    }
    for (metric, same) in zip(plan.metrics, same) {
      let renamed =
        same == nil && wasImported
        ? tables.metrics.newestFirst.first { !taken.contains($0.id) && $0.scores(as: metric) } : nil
      if let known = same ?? renamed {
        taken.insert(known.id)
        records.metrics.append(.init(record: known, isNew: false))
      } else {
        let made = try createMetric(
          name: metric.name, instruction: metric.instruction, bands: metric.bands, check: metric.check)
        records.metrics.append(.init(record: made, isNew: true))
      }
    }
    let families = tables.prompts.all.filter(\.current)
    for prompt in plan.prompts {
      var wanted = PromptRecord()
      (wanted.template, wanted.llmModel, wanted.settings) = (prompt.template, prompt.model, prompt.settings)
      if let known = tables.prompts.newestFirst.first(where: { $0.asksTheSame(as: wanted) }) {
        records.prompts.append(.init(record: known, isNew: false))
      } else if let family = families.first(where: { $0.name == prompt.name && $0.llmModel == prompt.model }) {
        var version = family
        (version.template, version.settings, version.updatedAt) = (prompt.template, prompt.settings, now)
        // A version that was given a credential since it was imported asks the same.
        if let known = tables.version(thatAsksTheSameAs: version) {
          records.prompts.append(.init(record: known, isNew: false))
        } else {
          records.prompts.append(.init(record: addVersion(version), isNew: true))
        }
      } else {
        var request = RequestChange()
        request.settings = prompt.settings
        let made = try createPrompt(
          name: prompt.name, template: prompt.template, model: prompt.model, familyKey: makeFamilyKey(),
          request: request)
        records.prompts.append(.init(record: made, isNew: true))
      }
    }
    return records
  }
}

extension MetricRecord {
  /// Whether the metric scores as a planned one does, whatever its name.
  fileprivate func scores(as metric: ImportPlan.Metric) -> Bool {
    instruction == metric.instruction && check == metric.check
      && (check != nil || rubricBands == Rubric(completing: metric.bands).bands)
  }
}
