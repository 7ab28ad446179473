package import JSONCoding

/// The request settings that are set, by name.
package struct RequestSettings: Sendable, Equatable {
  /// The values, in the order of ``RequestSetting/all``.
  package private(set) var values = JSONObject()

  package init() {}

  /// - Parameter values: by name; unknown names are ignored.
  /// - Throws: ``RecordError`` for a value that is not allowed.
  package init(_ values: JSONObject) throws(RecordError) {
    for setting in RequestSetting.all { try set(setting, values[setting.name]) }
  }

  package var isEmpty: Bool { values.isEmpty }

  package var systemPrompt: String? { values[RequestSetting.systemPrompt.name]?.stringValue }
  /// The turns before the template's message.
  package var messages: [JSONObject] {
    values[RequestSetting.messages.name]?.arrayValue?.compactMap(\.objectValue) ?? []
  }
  package var maxTokens: Int? { values[RequestSetting.maxTokens.name]?.intValue }
  /// Whether the model may call tools.
  package var offersTools: Bool { self[.tools]?.arrayValue?.isEmpty == false }
  package var responseSchema: JSONObject? { values[RequestSetting.responseSchema.name]?.objectValue }

  /// Sets or removes a value.
  ///
  /// - Throws: ``RecordError`` for a value that is not allowed.
  package mutating func set(_ setting: RequestSetting, _ value: JSONValue?) throws(RecordError) {
    self[setting] = try value.map { value throws(RecordError) in try setting.checked(value) }
  }

  /// A value, which is not checked before the record is stored.
  package subscript(setting: RequestSetting) -> JSONValue? {
    get { values[setting.name] }
    set {
      var ordered = JSONObject()
      for other in RequestSetting.all {
        if let value = other.name == setting.name ? newValue : values[other.name] { ordered.append(other.name, value) }
      }
      values = ordered
    }
  }

  /// These settings, overridden by those of a run.
  ///
  /// - Parameter cleared: the names of settings that the run removes.
  package func overridden(by settings: RequestSettings, clearing cleared: [String]) -> RequestSettings {
    var result = RequestSettings()
    for setting in RequestSetting.all {
      let own = cleared.contains(setting.name) ? nil : values[setting.name]
      if let value = settings.values[setting.name] ?? own { result.values.append(setting.name, value) }
    }
    return result
  }
}

extension FieldVisitor {
  /// Visits every setting of an owner as a separate field.
  mutating func visit(_ settings: inout RequestSettings, of holder: RequestSetting.Holder) throws(RecordError) {
    for setting in RequestSetting.all(of: holder) { try visit(&settings, setting) }
  }

  /// Visits every stored setting.
  mutating func visit(_ settings: inout RequestSettings) throws(RecordError) {
    for setting in RequestSetting.kept { try visit(&settings, setting) }
  }

  private mutating func visit(_ settings: inout RequestSettings, _ setting: RequestSetting) throws(RecordError) {
    var value = settings.values[setting.name]
    try visit(setting.name, &value)
    if checksRanges || value != settings.values[setting.name] { try settings.set(setting, value) }
  }
}

/// Any JSON.
extension JSONValue: FieldValue {
  package static var expectation: String { "a JSON value" }
  package static func read(_ value: JSONValue) -> JSONValue? { value }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(self, to: &bytes) }
}
