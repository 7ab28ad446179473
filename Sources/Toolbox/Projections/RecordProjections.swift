import Evaluation
import JSONCoding
import Store

extension Tables {
  /// The names of tags, as shown in every object.
  func tagNames(_ ids: [Int]) -> JSONValue {
    .array(ids.compactMap { tags[$0].map { .string($0.name) } })
  }

  func object(_ prompt: PromptRecord) -> JSONObject {
    var object: JSONObject = [
      "id": .int(prompt.id), "name": .string(prompt.name), "description": .optional(prompt.description),
      "template": .string(prompt.template), "llm_model": .string(prompt.llmModel),
      "family_key": .string(prompt.familyKey), "version_number": .int(prompt.versionNumber),
      "current": .bool(prompt.current), "created_at": prompt.createdAt.json, "updated_at": prompt.updatedAt.json,
      "tags": tagNames(prompt.tagIDs),
      "variables": .array(prompt.variables.map(JSONValue.string)),
      "provider_credential_id": .optional(prompt.providerCredentialID),
    ]
    // Most versions set only a few settings.
    for member in prompt.settings.values.members { object.append(member.key, member.value) }
    return object.marked(prompt)
  }

  /// A dataset without its text.
  func summary(_ dataset: DatasetRecord) -> JSONObject {
    let object: JSONObject = [
      "id": .int(dataset.id), "name": .string(dataset.name), "created_at": dataset.createdAt.json,
      "updated_at": dataset.updatedAt.json, "tags": tagNames(dataset.tagIDs),
      "columns": .array(dataset.columns.map(JSONValue.string)), "row_count": .int(dataset.rowCount),
    ]
    return object.marked(dataset)
  }

  func object(_ metric: MetricRecord) -> JSONObject {
    var object: JSONObject = [
      "id": .int(metric.id), "name": .string(metric.name), "key": .string(metric.key),
      "instruction": .optional(metric.instruction),
      "rubric_bands": metric.check == nil
        ? .array(metric.rubricBands.map { ["stars": .int($0.stars), "description": .string($0.description)] }) : .null,
      "created_at": metric.createdAt.json, "updated_at": metric.updatedAt.json, "tags": tagNames(metric.tagIDs),
    ]
    if let check = metric.check { object.append("check", .object(Check.completed(check))) }
    return object.marked(metric)
  }

  func object(_ group: MetricGroupRecord) -> JSONObject {
    let object: JSONObject = [
      "id": .int(group.id), "name": .string(group.name), "description": .optional(group.description),
      "metric_ids": .array(group.metricIDs.map(JSONValue.int)), "created_at": group.createdAt.json,
      "updated_at": group.updatedAt.json, "tags": tagNames(group.tagIDs),
    ]
    return object.marked(group)
  }
}

extension JSONObject {
  /// The object of a record, which says so if the record is archived.
  func marked(_ record: some TaggedRecord) -> JSONObject {
    guard record.isArchived else { return self }
    var object = self
    object["archived"] = true
    return object
  }
}

extension TagRecord {
  var object: JSONObject {
    [
      "id": .int(id), "name": .string(name), "color": .string(color), "created_at": createdAt.json,
      "updated_at": updatedAt.json,
    ]
  }
}

extension ProviderCredentialRecord {
  /// The credential without its key.
  var object: JSONObject {
    [
      "id": .int(id), "provider": .string(provider), "name": .optional(name), "api_endpoint": .optional(apiEndpoint),
      "key_source": .string(apiKey != nil ? "stored" : keyVariable != nil ? "environment" : "none"),
      "created_at": createdAt.json, "updated_at": updatedAt.json, "input_price": .optional(inputPrice),
      "output_price": .optional(outputPrice), "ca_file": .optional(certificateFile),
    ]
  }
}

extension Timestamp {
  var json: JSONValue { .string(description) }
}
