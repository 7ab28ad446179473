import JSONCoding

/// The request of a run, recorded at its first start.
///
/// It keeps results understandable after the prompt or the dataset has changed, and shows whether a resumed run would
/// continue with the same request.
package struct RunSnapshot: Fields {
  package var promptName = ""
  package var promptVersion = 0
  package var template = ""
  /// The prompt's settings, overridden by the run's.
  package var settings = RequestSettings()
  package var model = ""
  /// Where all of the run's requests went; nil if that is not known, or if they went to several places.
  package var destination: Destination?
  /// The credential for the calls to the model; it may since have been deleted.
  package var providerCredentialID: Int?
  /// A fingerprint of the dataset's text; nil without a dataset.
  package var datasetHash: String?
  package var rowCount = 0
  /// The selection of rows in ``RunRecord/rows``; ``rowCount`` is its number of rows.
  package var rows: String?
  /// The seed of the random order of its rows; nil for a run without ``RunRecord/stopAgainst``.
  package var orderSeed: Int?
  /// The run in ``RunRecord/stopAgainst``, if that was removed after the start; nil otherwise.
  package var formerStopAgainst: Int?

  /// The place where a model answers.
  package struct Destination: Sendable, Equatable {
    package var provider: String
    /// Nil for a built-in model.
    package var address: String?
    /// The model's name in requests.
    package var model: String

    package init(provider: String, address: String?, model: String) {
      (self.provider, self.address, self.model) = (provider, address, model)
    }
  }

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("prompt_name", &promptName)
    try fields.visit("prompt_version", &promptVersion, in: .id)
    try fields.visit("template", &template)
    try fields.visit(&settings)
    try fields.visit("model", &model)
    try visitDestination(&fields)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit("dataset_hash", &datasetHash)
    try fields.visit("row_count", &rowCount, in: .rows)
    try fields.visit("rows", &rows)
    try fields.visit("order_seed", &orderSeed, in: .count)
    try fields.visit("former_stop_against", &formerStopAgainst, in: .id)
  }

  private mutating func visitDestination(_ fields: inout some FieldVisitor) throws(RecordError) {
    var (provider, address, name) = (destination?.provider, destination?.address, destination?.model)
    try fields.visit("provider", &provider)
    try fields.visit("api_endpoint", &address)
    try fields.visit("sent_model", &name)
    destination = provider.flatMap { provider in
      name.map { Destination(provider: provider, address: address, model: $0) }
    }
  }
}
