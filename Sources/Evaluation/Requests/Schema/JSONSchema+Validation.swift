package import JSONCoding

extension JSONSchema {
  /// The first fault of an answer; nil for a valid answer.
  ///
  /// - Parameter isCutOff: whether the answer ended at the token limit.
  package func fault(inAnswer text: String, isCutOff: Bool = false) -> SchemaFault? {
    let text = text.trimmed()
    let value = Self.value(text)
    // The end of a number cannot be seen. Prose that was cut off would not become JSON with more tokens.
    if isCutOff, value.map({ $0.doubleValue != nil || fault(in: $0) != nil }) ?? Self.beginsAsJSON(text) {
      return SchemaFault(.truncated, "the answer was cut off at the token limit, before it ended")
    }
    if let value { return fault(in: value) }
    let bare = text.withoutCodeFence
    if bare != text, Self.value(bare) != nil {
      return SchemaFault(.codeFence, "the JSON is in a code fence")
    }
    return SchemaFault(.notJSON, "the answer is no JSON")
  }

  /// Whether a text begins as an object, a list or a text does, perhaps in a code fence.
  private static func beginsAsJSON(_ text: String) -> Bool {
    let inside = text.hasPrefix("```") ? text.drop { !$0.isNewline } : text[...]
    return inside.first { !$0.isWhitespace }.map { "{[\"".contains($0) } ?? true
  }

  private static func value(_ text: String) -> JSONValue? {
    do { return try JSONValue(parsing: text) } catch { return nil }
  }

  /// The first fault of a value; nil for a valid value.
  package func fault(in value: JSONValue) -> SchemaFault? {
    var check = Check(definitions: definitions)
    return check.fault(of: value, by: root, at: "", depth: 0)
  }

  /// One validation of a value.
  private struct Check {
    let definitions: [String: Rule]
    private var stepsLeft = 200_000

    init(definitions: [String: Rule]) { self.definitions = definitions }

    /// The depth limit, because references can be circular and nested choices multiply.
    private static let deepest = 200

    mutating func fault(of value: JSONValue, by rule: Rule, at place: String, depth: Int) -> SchemaFault? {
      stepsLeft -= 1
      guard depth <= Self.deepest, stepsLeft > 0 else {
        return SchemaFault(.other, at: place, "the value is nested too deeply to be checked")
      }
      switch rule {
      case .constant(true): return nil
      case .constant(false): return SchemaFault(.other, at: place, "the schema allows no value here")
      case .words(let words):
        return typeFault(of: value, words, place)
          ?? valueFault(of: value, words, place)
          ?? membersFault(of: value, words, place, depth)
          ?? itemsFault(of: value, words, place, depth)
          ?? words.reference.flatMap { name in
            definitions[name].flatMap { fault(of: value, by: $0, at: place, depth: depth + 1) }
          }
          ?? choicesFault(of: value, words, place, depth)
      }
    }

    private func typeFault(of value: JSONValue, _ words: Words, _ place: String) -> SchemaFault? {
      guard let types = words.types, !types.contains(where: { $0.includes(value) }) else { return nil }
      let wanted = types.map(\.rawValue).joined(separator: " or ")
      return SchemaFault(.wrongType, at: place, "\(value.kindName) is where the schema wants \(wanted)")
    }

    private func valueFault(of value: JSONValue, _ words: Words, _ place: String) -> SchemaFault? {
      if let values = words.values, !values.contains(value.canonical) {
        let wanted = JSONValue.array(values).text
        return SchemaFault(
          .other, at: place, "\(Self.shown(value)) is none of \(wanted.prefix(100))\(wanted.count > 100 ? "..." : "")")
      }
      if let number = value.doubleValue, let bound = words.bounds.first(where: { !$0.allows(number) }) {
        return SchemaFault(.other, at: place, "\(Self.shown(value)) is not \(bound.sentence)")
      }
      guard let text = value.stringValue else { return nil }
      if words.length != 0...Int.max, !words.length.contains(text.unicodeScalars.count) {
        return SchemaFault(.other, at: place, "the text has \(text.unicodeScalars.count) characters")
      }
      guard let pattern = words.pattern else { return nil }
      switch pattern.occurs(in: text) {
      case true?: return nil
      case false?:
        return SchemaFault(
          .other, at: place, "\(Self.shown(value)) does not match the pattern \(pattern.source.prefix(60))")
      case nil: return SchemaFault(.other, at: place, "the text is too long to match with its pattern")
      }
    }

    private mutating func membersFault(
      of value: JSONValue, _ words: Words, _ place: String, _ depth: Int
    ) -> SchemaFault? {
      guard let object = value.objectValue else { return nil }
      if let key = words.required.first(where: { object[$0] == nil }) {
        return SchemaFault(.missingKey, at: place, "the key \(key.prefix(60)) is missing")
      }
      for property in words.properties {
        guard let member = object[property.key] else { continue }
        let here = "\(place)/\(property.key)"
        if let fault = fault(of: member, by: property.rule, at: here, depth: depth + 1) { return fault }
      }
      guard let rule = words.otherProperties else { return nil }
      let known = Set(words.properties.map(\.key))
      for member in object.members where !known.contains(member.key) {
        if case .constant(false) = rule {
          return SchemaFault(.extraKey, at: place, "the key \(member.key.prefix(60)) is not in the schema")
        }
        let here = "\(place)/\(member.key)"
        if let fault = fault(of: member.value, by: rule, at: here, depth: depth + 1) { return fault }
      }
      return nil
    }

    private mutating func itemsFault(
      of value: JSONValue, _ words: Words, _ place: String, _ depth: Int
    ) -> SchemaFault? {
      guard let items = value.arrayValue else { return nil }
      guard words.itemCount.contains(items.count) else {
        return SchemaFault(.other, at: place, "the list has \(items.count) items")
      }
      guard let rule = words.items else { return nil }
      for (index, item) in items.enumerated() {
        if let fault = fault(of: item, by: rule, at: "\(place)/\(index)", depth: depth + 1) { return fault }
      }
      return nil
    }

    /// The fault of the choice that the value was most likely meant to satisfy.
    private mutating func choicesFault(
      of value: JSONValue, _ words: Words, _ place: String, _ depth: Int
    ) -> SchemaFault? {
      guard let choices = words.choices else { return nil }
      var faults: [SchemaFault] = []
      for choice in choices {
        guard let fault = fault(of: value, by: choice, at: place, depth: depth + 1) else { return nil }
        faults.append(fault)
      }
      // A choice with the right type is likelier to be meant than one with another type.
      return faults.first { $0.reason != .wrongType || $0.place != place } ?? faults.first
    }

    private static func shown(_ value: JSONValue) -> String {
      let text = value.text
      return text.count > 60 ? text.prefix(60) + "..." : text
    }
  }
}

extension JSONSchema.Bound {
  fileprivate var sentence: String {
    switch self {
    case .minimum(let bound): "at least \(JSONValue.double(bound).canonical.text)"
    case .maximum(let bound): "at most \(JSONValue.double(bound).canonical.text)"
    case .above(let bound): "more than \(JSONValue.double(bound).canonical.text)"
    case .below(let bound): "less than \(JSONValue.double(bound).canonical.text)"
    }
  }
}
