/// A look at rows whose answers are gone: a run that answered them and was deleted or restarted.
///
/// Every look at the same rows makes a false claim about them more likely, so it counts after its run is gone as well.
package struct LookRecord: Record {
  package static var kind: RecordKind { .looks }
  package static var table: WritableKeyPath<Tables, Table<LookRecord>> { \.looks }

  package var id = 0
  /// The run, which may be gone.
  package var runID = 0
  /// The prompt version, which may be gone.
  package var promptID = 0
  /// A fingerprint of the settings of its requests.
  package var settingsHash = ""
  /// The model that answered.
  package var model = ""
  /// The dataset, which may be gone.
  package var datasetID = 0
  /// A fingerprint of the dataset's text; nil if it is not known.
  package var datasetHash: String?
  /// The selection of rows; nil for all.
  package var rows: String?
  /// The id of its first answer, which orders looks by time.
  package var firstResponseID = 0
  package var createdAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("run_id", &runID, in: .id)
    try fields.visit("prompt_id", &promptID, in: .id)
    try fields.visit("settings_hash", &settingsHash)
    try fields.visit("model", &model)
    try fields.visit("dataset_id", &datasetID, in: .id)
    try fields.visit("dataset_hash", &datasetHash)
    try fields.visit("rows", &rows)
    try fields.visit("first_response_id", &firstResponseID, in: .id)
    try fields.visit("created_at", &createdAt)
  }

  package var references: [RecordReference] { [] }
}

extension LookRecord: StoredRecord {
  static var singular: String { "look" }
  static var firstFormat: Int { 7 }
}
