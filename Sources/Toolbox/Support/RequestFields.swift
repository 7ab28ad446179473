import JSONCoding
import MCP
import Store

/// The request settings as arguments and results of tools, generated from ``RequestSetting/all``.
struct RequestFields: Sendable {
  private let entries: [(setting: RequestSetting, field: Field<JSONValue?>)]
  /// Whether there is a value to return to where null takes one's own away.
  private let inherits: Bool

  /// - Parameter group: the name of an object that may contain the same settings.
  init(of holder: RequestSetting.Holder, aliasesIn group: String? = nil) {
    inherits = holder != .prompt
    entries = RequestSetting.all(of: holder).map { setting in
      let field = Field<JSONValue?>.optional(setting.name, .json(setting.shape.valueShape), setting.summary)
      return (setting, field.alias(setting.aliases + (group.map { ["\($0).\(setting.name)"] } ?? [])))
    }
  }

  var fields: [any ToolField] { entries.map(\.field) }
  var names: [String] { entries.map(\.setting.name) }

  /// The names of the settings given in a call, even if only to clear them.
  func mentioned(in arguments: Arguments) -> [String] {
    entries.filter { arguments.mention($0.field) }.map(\.setting.name)
  }

  /// As ``mentioned(in:)``, only the settings with an effect.
  func mentioned(in arguments: Arguments, _ effect: RequestSetting.Effect) -> [String] {
    entries.filter { $0.setting.effect == effect && arguments.mention($0.field) }.map(\.setting.name)
  }

  /// The fields of the settings with an effect.
  func fields(_ effect: RequestSetting.Effect) -> [any ToolField] {
    entries.filter { $0.setting.effect == effect }.map(\.field)
  }

  /// The given settings with an effect; nil for one to remove.
  func changes(in arguments: Arguments, _ effect: RequestSetting.Effect) -> [(RequestSetting, JSONValue?)] {
    entries.filter { $0.setting.effect == effect && arguments.mention($0.field) }.map { setting, field in
      (setting, arguments[field].flatMap { $0.isEmptySetting ? nil : .some($0) })
    }
  }

  /// As ``apply(_:to:clearing:)``, for settings that override nothing.
  func apply(_ arguments: Arguments, to settings: inout RequestSettings) throws {
    var cleared: [String] = []
    try apply(arguments, to: &settings, clearing: &cleared)
  }

  /// Puts the given settings in place of others; those that are not given stay, and null takes one's own away.
  ///
  /// - Parameter cleared: the names of the settings given as empty.
  func apply(_ arguments: Arguments, to settings: inout RequestSettings, clearing cleared: inout [String]) throws {
    for (setting, field) in entries where arguments.mention(field) {
      var value = arguments[field]
      if value?.isEmptySetting == true { value = .none }
      try settings.set(setting, value)
      cleared.removeAll { $0 == setting.name }
      if value == nil, !(inherits && arguments.resets(field)) { cleared.append(setting.name) }
    }
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
