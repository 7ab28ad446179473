package import Store

/// The changes to a metric; nil values stay unchanged.
package struct MetricChange: Sendable {
  package var name: String?
  package var instruction = FieldChange<String>.keep
  /// New descriptions of rubric bands; omitted ones stay unchanged.
  package var bands: [MetricRecord.Band]?
  package var tagNames: [String]?

  package init(
    name: String? = nil, instruction: FieldChange<String> = .keep, bands: [MetricRecord.Band]? = nil,
    tagNames: [String]? = nil
  ) {
    self.name = name
    self.instruction = instruction
    self.bands = bands
    self.tagNames = tagNames
  }
}

extension Transaction {
  package mutating func createMetric(
    name: String, instruction: String? = nil, bands: [MetricRecord.Band] = [], tagNames: [String] = []
  ) throws(EvaluationError) -> MetricRecord {
    var metric = MetricRecord()
    metric.name = name
    metric.key = Slug.unique(name, taken: Set(tables.metrics.all.map(\.key)))
    metric.instruction = instruction
    metric.rubricBands = try Rubric(bands).bands
    metric.tagIDs = try tagIDs(named: tagNames)
    (metric.createdAt, metric.updatedAt) = (now, now)
    return insert(metric)
  }

  /// Changes a metric; its key stays the same.
  package mutating func updateMetric(_ id: Int, _ change: MetricChange) throws(EvaluationError) -> MetricRecord {
    var metric = try tables.find(MetricRecord.self, id)
    metric.name = change.name ?? metric.name
    change.instruction.apply(to: &metric.instruction)
    if let bands = change.bands {
      let kept = metric.rubricBands.filter { old in !bands.contains { $0.stars == old.stars } }
      metric.rubricBands = try Rubric(bands + kept).bands
    }
    if let names = change.tagNames { metric.tagIDs = try tagIDs(named: names) }
    metric.updatedAt = now
    put(metric)
    return metric
  }
}
