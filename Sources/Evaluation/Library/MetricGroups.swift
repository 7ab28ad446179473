package import Store

/// The changes to a metric group; nil values stay unchanged.
package struct MetricGroupChange: Sendable {
  package var name: String?
  package var description = FieldChange<String>.keep
  package var metricIDs: [Int]?
  package var tagNames: [String]?

  package init(
    name: String? = nil, description: FieldChange<String> = .keep, metricIDs: [Int]? = nil, tagNames: [String]? = nil
  ) {
    self.name = name
    self.description = description
    self.metricIDs = metricIDs
    self.tagNames = tagNames
  }
}

extension Tables {
  /// The distinct ids, each of an existing metric.
  package func checkedMetrics(_ ids: [Int]) throws(EvaluationError) -> [Int] {
    var checked: [Int] = []
    for id in ids {
      _ = try find(MetricRecord.self, id)
      if !checked.contains(id) { checked.append(id) }
    }
    return checked
  }
}

extension Transaction {
  package mutating func createMetricGroup(
    name: String, description: String? = nil, metricIDs: [Int] = [], tagNames: [String] = []
  ) throws(EvaluationError) -> MetricGroupRecord {
    var group = MetricGroupRecord()
    group.name = name
    group.description = description
    group.metricIDs = try tables.checkedMetrics(metricIDs)
    group.tagIDs = try tagIDs(named: tagNames)
    (group.createdAt, group.updatedAt) = (now, now)
    return insert(group)
  }

  package mutating func updateMetricGroup(
    _ id: Int, _ change: MetricGroupChange
  ) throws(EvaluationError) -> MetricGroupRecord {
    var group = try tables.find(MetricGroupRecord.self, id)
    group.name = change.name ?? group.name
    change.description.apply(to: &group.description)
    if let ids = change.metricIDs { group.metricIDs = try tables.checkedMetrics(ids) }
    if let names = change.tagNames { group.tagIDs = try tagIDs(named: names) }
    group.updatedAt = now
    put(group)
    return group
  }
}
