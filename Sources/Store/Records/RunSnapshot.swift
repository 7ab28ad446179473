import JSONCoding

/// What a run ran, kept from its first start, so that its results can be understood after the prompt or the dataset
/// has changed, and a resume knows whether it would go on with the same.
package struct RunSnapshot: Fields {
  package var promptName = ""
  package var promptVersion = 0
  package var template = ""
  /// The prompt's settings with the run's in their place.
  package var settings = RequestSettings()
  package var model = ""
  /// The credential of the calls to the model; it may have been deleted since.
  package var providerCredentialID: Int?
  /// A fingerprint of the dataset's text; nil for a run without one.
  package var datasetHash: String?
  package var rowCount = 0
  /// The selection of rows, as ``RunRecord/rows`` was; ``rowCount`` is how many it gave.
  package var rows: String?

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("prompt_name", &promptName)
    try fields.visit("prompt_version", &promptVersion, in: .id)
    try fields.visit("template", &template)
    try fields.visit(&settings)
    try fields.visit("model", &model)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit("dataset_hash", &datasetHash)
    try fields.visit("row_count", &rowCount, in: .rows)
    try fields.visit("rows", &rows)
  }
}
