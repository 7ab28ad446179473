import JSONCoding

/// What a run ran, kept from its first start, so that its results can be understood after the prompt or the dataset
/// has changed, and a resume knows whether it would go on with the same.
package struct RunSnapshot: Sendable, Equatable {
  package var promptName: String
  package var promptVersion: Int
  package var template: String
  package var model: String
  /// A fingerprint of the dataset's text; nil for a run without one.
  package var datasetHash: String?
  package var rowCount: Int
  /// The selection of rows, as ``RunRecord/rows`` was; ``rowCount`` is how many it gave.
  package var rows: String?

  package init(
    promptName: String, promptVersion: Int, template: String, model: String, datasetHash: String?, rowCount: Int,
    rows: String? = nil
  ) {
    self.promptName = promptName
    self.promptVersion = promptVersion
    self.template = template
    self.model = model
    self.datasetHash = datasetHash
    self.rowCount = rowCount
    self.rows = rows
  }

  init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    promptName = try decoder.string("prompt_name")
    promptVersion = try decoder.int("prompt_version")
    template = try decoder.string("template")
    model = try decoder.string("model")
    datasetHash = try decoder.optionalString("dataset_hash")
    rowCount = try decoder.int("row_count")
    rows = try decoder.optionalString("rows")
    try decoder.finish()
  }

  func check() throws(RecordError) {
    _ = try ValueRange.id.check(promptVersion, "prompt_version")
    _ = try ValueRange.rows.check(rowCount, "row_count")
  }

  var json: JSONObject {
    var object: JSONObject = [
      "prompt_name": .string(promptName),
      "prompt_version": .int(promptVersion),
      "template": .string(template),
      "model": .string(model),
    ]
    object["dataset_hash"] = datasetHash.map(JSONValue.string)
    object["row_count"] = .int(rowCount)
    object["rows"] = rows.map(JSONValue.string)
    return object
  }
}
