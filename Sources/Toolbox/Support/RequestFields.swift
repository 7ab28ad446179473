import Evaluation
import JSONCoding
import MCP
import Store

/// The request settings as arguments and results of tools, generated from ``RequestSetting/all``.
struct RequestFields: Sendable {
  private let entries: [(setting: RequestSetting, field: Field<JSONValue?>)]
  let names: [String]

  /// - Parameter group: the name of an object that may contain the same settings.
  init(of holder: RequestSetting.Holder, aliasesIn group: String? = nil) {
    entries = RequestSetting.all(of: holder).map { setting in
      let field = Field<JSONValue?>.optional(setting.name, .json(setting.shape.valueShape), setting.summary)
        .form(setting.name == RequestSetting.messages.name ? MessageReader.form : nil)
      return (setting, field.alias(setting.aliases + (group.map { ["\($0).\(setting.name)"] } ?? [])))
    }
    names = entries.map(\.setting.name)
  }

  var fields: [any ToolField] { entries.map(\.field) }

  /// All fields, with a reference in place of the words of one that another tool lists.
  func fields(listing setting: RequestSetting, in tool: String) -> [any ToolField] {
    entries.flatMap { entry in
      entry.setting.name == setting.name ? [entry.field].described(by: tool) : [entry.field as any ToolField]
    }
  }

  /// Refuses an empty object, which a new record would drop although its owner meant something by it.
  func refuseEmptyObjects(_ arguments: Arguments) throws(ToolError) {
    for (setting, field) in entries where arguments[field]?.objectValue?.isEmpty == true {
      throw ToolError("\(setting.name) is {}, which says nothing. Give it members, or leave it out.")
    }
  }

  /// The fields of the settings with one of these effects.
  func fields(_ effects: RequestSetting.Effect...) -> [any ToolField] {
    entries.filter { effects.contains($0.setting.effect) }.map(\.field)
  }

  /// The names of the settings given in a call.
  ///
  /// - Parameters:
  ///   - effect: only those with this effect; nil for all.
  ///   - resetting: whether null counts, because the settings return to an inherited value.
  func given(
    in arguments: Arguments, _ effect: RequestSetting.Effect? = nil, resetting: Bool = false
  ) -> [String] {
    changed(by: arguments, effect, resetting: resetting).map(\.setting.name)
  }

  /// The given value of a setting; nil if it is not given, or given to remove one.
  func value(of setting: RequestSetting, in arguments: Arguments) -> JSONValue? {
    entries.first { $0.setting.name == setting.name }.flatMap { arguments[$0.field] }
      .flatMap { $0.isEmptySetting ? nil : $0 }
  }

  /// Whether a call gives null for a setting.
  func resets(_ setting: RequestSetting, in arguments: Arguments) -> Bool {
    entries.contains { $0.setting.name == setting.name && arguments.resets($0.field) }
  }

  /// The given settings with one of these effects; nil for one to remove.
  func changes(in arguments: Arguments, _ effects: RequestSetting.Effect...) -> [(RequestSetting, JSONValue?)] {
    changed(by: arguments, nil, resetting: false).filter { effects.contains($0.setting.effect) }
      .map { ($0.setting, Self.value(of: $0.field, in: arguments)) }
  }

  /// As ``apply(_:to:clearing:resetting:)``, for settings that override nothing.
  func apply(_ arguments: Arguments, to settings: inout RequestSettings, resetting: Bool) throws {
    var cleared: [String] = []
    try apply(arguments, to: &settings, clearing: &cleared, resetting: resetting)
  }

  /// Puts the given settings in place of others; those that are not given stay.
  ///
  /// - Parameters:
  ///   - cleared: the names of the settings given as empty.
  ///   - resetting: whether null removes a setting, so that the inherited value or the standard one is back.
  func apply(
    _ arguments: Arguments, to settings: inout RequestSettings, clearing cleared: inout [String],
    resetting: Bool = false
  ) throws {
    for (setting, field) in changed(by: arguments, nil, resetting: resetting) {
      let value = Self.value(of: field, in: arguments)
      try settings.set(setting, value)
      cleared.removeAll { $0 == setting.name }
      if value == nil, arguments.gives(field) { cleared.append(setting.name) }
    }
  }

  private func changed(
    by arguments: Arguments, _ effect: RequestSetting.Effect?, resetting: Bool
  ) -> [(setting: RequestSetting, field: Field<JSONValue?>)] {
    entries.filter { setting, field in
      effect.isNilOr(setting.effect) && (arguments.gives(field) || resetting && arguments.resets(field))
    }
  }

  private static func value(of field: Field<JSONValue?>, in arguments: Arguments) -> JSONValue? {
    arguments[field].flatMap { $0.isEmptySetting ? nil : .some($0) }
  }
}

extension RequestSettings {
  /// All settings of an owner; null for those that are not set.
  func object(of holder: RequestSetting.Holder) -> JSONObject {
    JSONObject(RequestSetting.all(of: holder).map { .init(key: $0.name, value: shown($0)) })
  }

  /// A setting's value, or its standard one; null without either.
  func shown(_ setting: RequestSetting) -> JSONValue { self[setting] ?? setting.standard ?? .null }
}

extension JSONValue {
  /// Whether the value means that the setting is cleared.
  fileprivate var isEmptySetting: Bool {
    switch self {
    case .string(let text): text.isEmpty
    case .array(let values): values.isEmpty
    case .object(let object): object.isEmpty
    default: false
    }
  }
}

extension RequestSetting.Shape {
  fileprivate var valueShape: ValueShape {
    switch self {
    case .text: .string
    case .name: ValueKind<String>.name.shape
    case .number(let range): .number(minimum: range.lowerBound, maximum: range.upperBound)
    case .integer(let range):
      .integer(
        minimum: range.lowerBound == .min ? nil : range.lowerBound,
        maximum: range.upperBound == .max ? nil : range.upperBound)
    case .word(let words): .choice(words)
    case .texts: .array(.string)
    case .boolean: .boolean
    case .wordOrObject: .textOrObject
    case .wordOrCount(let words): .wordOrCount(words)
    case .object: .freeObject
    case .objects: .array(.freeObject)
    }
  }
}
