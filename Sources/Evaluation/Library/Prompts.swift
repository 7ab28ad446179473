import JSONCoding
package import Store

/// The changes to a prompt version; nil values stay unchanged.
package struct PromptChange: Sendable {
  package var name: String?
  package var description = FieldChange<String>.keep
  package var template: String?
  package var model: String?
  package var tagNames: [String]?
  package var request = RequestChange()

  package init(
    name: String? = nil, description: FieldChange<String> = .keep, template: String? = nil, model: String? = nil,
    tagNames: [String]? = nil, request: RequestChange = RequestChange()
  ) {
    self.request = request
    self.name = name
    self.description = description
    self.template = template
    self.model = model
    self.tagNames = tagNames
  }
}

/// The changes to the parts of a request besides the template.
package struct RequestChange: Sendable {
  /// The given settings, and the names of those to be cleared.
  package var settings = RequestSettings()
  package var cleared: [String] = []
  package var credentialID = FieldChange<Int>.keep

  package init() {}

  /// - Throws: ``EvaluationError`` for a credential that is not there, for turns that are no messages, and
  ///   for settings that no model takes.
  func apply(to prompt: inout PromptRecord, in tables: Tables) throws(EvaluationError) {
    prompt.settings = prompt.settings.overridden(by: settings, clearing: cleared)
    if case .set(let id) = credentialID { _ = try tables.find(ProviderCredentialRecord.self, id) }
    credentialID.apply(to: &prompt.providerCredentialID)
    _ = try prompt.requestTemplate
    try settings.check()
    guard prompt.settings.values["tools"] == nil || prompt.settings.responseSchema == nil else {
      throw EvaluationError(
        "A prompt version has either tools or a response_schema: an answer is tool calls or what the schema describes. Clear "
          + "one of them with an empty list or object.")
    }
  }
}

/// The result of an update of a prompt version.
package struct PromptUpdate: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// Only labels changed, on which no answer depends.
    case kept
    /// The text was changed in place, because no answer depends on it.
    case changedInPlace
    /// The version keeps its text, because it has records of this kind or, with nil, because the caller wanted it; a new
    /// version has the new text.
    case added(becauseOf: RecordKind?)
    /// Another version of the family already has this text.
    case existing
  }

  /// The resulting version.
  package let prompt: PromptRecord
  package let outcome: Outcome
}

extension Transaction {
  /// Creates version 1 of a new family.
  ///
  /// - Parameter publishes: whether it becomes the current version.
  package mutating func createPrompt(
    name: String, template: String, model: String, familyKey: String, description: String? = nil,
    tagNames: [String] = [], request: RequestChange = RequestChange(), publishes: Bool = true
  ) throws(EvaluationError) -> PromptRecord {
    var prompt = PromptRecord()
    prompt.name = name
    prompt.description = description
    prompt.template = template
    prompt.llmModel = model
    try request.apply(to: &prompt, in: tables)
    prompt.familyKey = familyKey
    prompt.current = publishes
    prompt.tagIDs = try tagIDs(named: tagNames)
    (prompt.createdAt, prompt.updatedAt) = (now, now)
    return insert(prompt)
  }

  /// Changes a prompt version.
  ///
  /// A version with runs or generations keeps its request. A different text, model or setting then creates a new
  /// version, unless the family already has a version with that request.
  ///
  /// - Parameters:
  ///   - publishes: whether the resulting version becomes the current one.
  ///   - keepsOld: whether the version keeps its request even without runs and generations.
  package mutating func updatePrompt(
    _ id: Int, _ change: PromptChange, publishes: Bool = false, keepsOld: Bool = false
  ) throws(EvaluationError) -> PromptUpdate {
    let old = try tables.find(PromptRecord.self, id)
    var prompt = old
    try applyLabels(of: change, to: &prompt)
    prompt.template = change.template ?? prompt.template
    prompt.llmModel = change.model ?? prompt.llmModel
    try change.request.apply(to: &prompt, in: tables)
    let results = tables.results(ofPrompt: old.id)
    guard !prompt.asksTheSame(as: old), keepsOld || results != nil else {
      put(prompt)
      return PromptUpdate(
        prompt: publishes ? publish(prompt) : prompt, outcome: prompt.asksTheSame(as: old) ? .kept : .changedInPlace)
    }
    keepText(of: old, labelledAs: prompt)
    guard var version = tables.version(thatAsksTheSameAs: prompt) else {
      let version = addVersion(prompt)
      return PromptUpdate(prompt: publishes ? publish(version) : version, outcome: .added(becauseOf: results))
    }
    try applyLabels(of: change, to: &version)
    put(version)
    return PromptUpdate(prompt: publishes ? publish(version) : version, outcome: .existing)
  }

  package mutating func publishPrompt(_ id: Int) throws(EvaluationError) -> PromptRecord {
    publish(try tables.find(PromptRecord.self, id))
  }

  /// Changes the labels, on which no answer depends.
  private mutating func applyLabels(of change: PromptChange, to prompt: inout PromptRecord) throws(EvaluationError) {
    prompt.name = change.name ?? prompt.name
    change.description.apply(to: &prompt.description)
    if let names = change.tagNames { prompt.tagIDs = try tagIDs(named: names) }
    prompt.updatedAt = now
  }
}
