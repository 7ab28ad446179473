/// The kinds of records, by the name of their member in the document, in file order.
///
/// To add one, write its type (see ``Record``) and add a case and its type here.
package enum RecordKind: String, CaseIterable, Sendable {
  case tags
  case providerCredentials = "provider_credentials"
  case prompts
  case datasets
  case datasetTexts = "dataset_texts"
  case metrics
  case metricGroups = "metric_groups"
  case runs
  case responses
  case experiments
  case generations
  case sessions
  case sessionExchanges = "session_exchanges"
  case verdicts
  case looks
  case displays

  /// The type of its records.
  var type: any StoredRecord.Type {
    switch self {
    case .tags: TagRecord.self
    case .providerCredentials: ProviderCredentialRecord.self
    case .prompts: PromptRecord.self
    case .datasets: DatasetRecord.self
    case .datasetTexts: DatasetTextRecord.self
    case .metrics: MetricRecord.self
    case .metricGroups: MetricGroupRecord.self
    case .runs: RunRecord.self
    case .responses: ResponseRecord.self
    case .experiments: ExperimentRecord.self
    case .generations: GenerationRecord.self
    case .sessions: SessionRecord.self
    case .sessionExchanges: SessionExchangeRecord.self
    case .verdicts: VerdictRecord.self
    case .looks: LookRecord.self
    case .displays: DisplayRecord.self
    }
  }

  /// The name of one such record in messages.
  package var singular: String { type.singular }
}
