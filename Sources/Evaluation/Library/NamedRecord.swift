package import Store

/// A record that messages to people can mention by name.
package protocol NamedRecord: Record {
  var displayName: String { get }
  /// Whether a lower-case name without a version means this record.
  func isCurrent(ofName name: String) -> Bool
}

extension NamedRecord {
  package func isCurrent(ofName name: String) -> Bool { false }
}

extension PromptRecord: NamedRecord {
  package var displayName: String { "\(name) v\(versionNumber)" }
  package func isCurrent(ofName name: String) -> Bool { current && self.name.lowercased() == name }
}
extension DatasetRecord: NamedRecord {
  package var displayName: String { name }
}
extension RunRecord: NamedRecord {
  package var displayName: String { name }
}
extension MetricRecord: NamedRecord {
  package var displayName: String { name }
}
extension MetricGroupRecord: NamedRecord {
  package var displayName: String { name }
}
extension ExperimentRecord: NamedRecord {
  package var displayName: String { name }
}
extension SessionRecord: NamedRecord {
  package var displayName: String { key }
}
extension TagRecord: NamedRecord {
  package var displayName: String { name }
}
extension ProviderCredentialRecord: NamedRecord {
  package var displayName: String { name ?? provider }
}
extension VerdictRecord: NamedRecord {
  /// `4 for response 17 by tone`.
  package var displayName: String {
    "\(score?.shortText ?? (hasPassed == true ? "passed" : "not passed")) for response \(responseID) by \(metricName)"
  }
}
