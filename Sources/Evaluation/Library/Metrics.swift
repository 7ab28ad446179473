package import JSONCoding
package import Store

/// The changes to a metric; nil values stay unchanged.
package struct MetricChange: Sendable {
  package var name: String?
  package var instruction = FieldChange<String>.keep
  /// New descriptions of rubric bands; omitted ones stay unchanged.
  package var bands: [MetricRecord.Band]?
  /// The new check of a metric that has one.
  package var check: JSONObject?
  package var tagNames: [String]?

  package init(
    name: String? = nil, instruction: FieldChange<String> = .keep, bands: [MetricRecord.Band]? = nil,
    check: JSONObject? = nil, tagNames: [String]? = nil
  ) {
    self.name = name
    self.instruction = instruction
    self.bands = bands
    self.check = check
    self.tagNames = tagNames
  }
}

extension Transaction {
  package mutating func createMetric(
    name: String, instruction: String? = nil, bands: [MetricRecord.Band] = [], check: JSONObject? = nil,
    tagNames: [String] = []
  ) throws(EvaluationError) -> MetricRecord {
    var metric = MetricRecord()
    metric.name = name
    metric.key = Slug.unique(name, taken: Set(tables.metrics.all.map(\.key)))
    metric.instruction = instruction
    if let check {
      guard instruction == nil, bands.isEmpty else {
        throw EvaluationError(
          "A metric is a judge's or a check. Leave out instruction and rubric_bands, or leave out check.")
      }
      metric.check = try Check(check).given
    } else {
      metric.rubricBands = try Rubric(bands).bands
    }
    metric.tagIDs = try tagIDs(named: tagNames)
    (metric.createdAt, metric.updatedAt) = (now, now)
    return insert(metric)
  }

  /// Changes a metric; its key stays the same.
  package mutating func updateMetric(_ id: Int, _ change: MetricChange) throws(EvaluationError) -> MetricRecord {
    var metric = try tables.find(MetricRecord.self, id)
    try change.checkKind(of: metric)
    metric.name = change.name ?? metric.name
    if let check = change.check { metric.check = try Check(check).given }
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

extension MetricChange {
  /// Rejects the fields of a judge's metric for a check, and the other way round.
  fileprivate func checkKind(of metric: MetricRecord) throws(EvaluationError) {
    if metric.check == nil, check != nil {
      throw EvaluationError("Metric \(metric.id) is a judge's and cannot become a check. Make one with metrics_create.")
    }
    if metric.check != nil, instruction != .keep || bands != nil {
      throw EvaluationError(
        "Metric \(metric.id) is a check, which has no instruction and no rubric_bands. Give check, or make a metric for a "
          + "judge with metrics_create.")
    }
  }
}
