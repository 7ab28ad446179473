import Evaluation
import JSONCoding
import Store

/// A record whose lists know the fields of their items even when they are empty.
protocol ListedRecord: NamedRecord {
  /// A record without contents.
  static var blank: Self { get }
}

extension Timestamp {
  fileprivate static let zero = Timestamp(millisecondsSince1970: 0)
}

extension PromptRecord: ListedRecord {
  static let blank = PromptRecord(
    id: 0, name: "", template: "", llmModel: "", familyKey: "", versionNumber: 1, current: false, createdAt: .zero,
    updatedAt: .zero)
}
extension DatasetRecord: ListedRecord {
  static let blank = DatasetRecord(id: 0, name: "", csvData: "", rowCount: 0, createdAt: .zero, updatedAt: .zero)
}
extension RunRecord: ListedRecord {
  static let blank = RunRecord(
    id: 0, name: "", status: .pending, promptID: 0, scoring: .none, concurrency: 1, createdAt: .zero, updatedAt: .zero)
}
extension MetricRecord: ListedRecord {
  static let blank = MetricRecord(id: 0, name: "", key: "", rubricBands: [], createdAt: .zero, updatedAt: .zero)
}
extension MetricGroupRecord: ListedRecord {
  static let blank = MetricGroupRecord(id: 0, name: "", createdAt: .zero, updatedAt: .zero)
}
extension ExperimentRecord: ListedRecord {
  static let blank = ExperimentRecord(
    id: 0, name: "", arms: [], allocation: .fixed, status: .running, createdAt: .zero, updatedAt: .zero)
}
extension SessionRecord: ListedRecord {
  static let blank = SessionRecord(id: 0, key: "", createdAt: .zero)
}
extension TagRecord: ListedRecord {
  static let blank = TagRecord(id: 0, name: "", color: "", createdAt: .zero, updatedAt: .zero)
}
extension ProviderCredentialRecord: ListedRecord {
  static let blank = ProviderCredentialRecord(id: 0, provider: "", createdAt: .zero, updatedAt: .zero)
}

extension ResponseRecord {
  /// A response without contents.
  static let blank = ResponseRecord(id: 0, runID: 0, rowIndex: 0, status: .pending, input: [:], createdAt: .zero)
}
extension GenerationRecord {
  /// A generation without contents.
  static let blank = GenerationRecord(
    id: 0, experimentID: 0, promptID: 0, sampleIndex: 0, status: .completed, inputs: [:], createdAt: .zero)
}
extension SessionExchangeRecord {
  /// An exchange without contents.
  static let blank = SessionExchangeRecord(
    id: 0, sessionID: 0, messages: [], answer: "", model: "", createdAt: .zero)
}
