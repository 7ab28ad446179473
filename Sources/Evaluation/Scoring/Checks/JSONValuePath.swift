import JSONCoding

/// The place of a value in JSON: `a.b.0.c`, or `$.a["b.c"][0]`.
struct JSONValuePath: Sendable {
  let source: String
  private let steps: [String]

  /// - Throws: ``EvaluationError`` for a malformed path.
  init(_ source: String) throws(EvaluationError) {
    self.source = source
    var rest = source.trimmed()[...]
    if rest.hasPrefix("$") { rest = rest.dropFirst() }
    var steps: [String] = []
    var mayBeginName = true
    while let first = rest.first {
      if first == "[" {
        guard let end = Self.closing(rest), let step = Self.bracketed(rest[rest.index(after: rest.startIndex)..<end])
        else {
          throw Self.fault(source)
        }
        steps.append(step)
        rest = rest[rest.index(after: end)...]
        mayBeginName = false
        continue
      }
      if first == "." {
        rest = rest.dropFirst()
      } else if !mayBeginName {
        throw Self.fault(source)
      }
      let name = rest.prefix { $0 != "." && $0 != "[" }
      guard !name.isEmpty, name != "*", !name.contains("]") else { throw Self.fault(source) }
      steps.append(String(name))
      rest = rest[name.endIndex...]
      mayBeginName = false
    }
    guard !steps.isEmpty else { throw Self.fault(source) }
    self.steps = steps
  }

  private static func fault(_ source: String) -> EvaluationError {
    EvaluationError(
      "check.path is \"\(source.shown)\". Give keys and indices joined by periods, such as items.0.price; a key with a "
        + "period is written [\"a.b\"].")
  }

  /// The index of the bracket that closes the first one.
  private static func closing(_ text: Substring) -> Substring.Index? {
    let inside = text.dropFirst()
    guard let quote = inside.first, quote == "\"" || quote == "'" else { return inside.firstIndex(of: "]") }
    guard let end = inside.dropFirst().firstIndex(of: quote) else { return nil }
    let next = text.index(after: end)
    return next < text.endIndex && text[next] == "]" ? next : nil
  }

  private static func bracketed(_ text: Substring) -> String? {
    if let quote = text.first, quote == "\"" || quote == "'" { return String(text.dropFirst().dropLast()) }
    return Int(text).map { $0 >= 0 } == true ? String(text) : nil
  }

  /// The value at the path; nil if there is none.
  func value(in json: JSONValue) -> JSONValue? {
    var value = json
    for step in steps {
      if let list = value.arrayValue {
        guard let index = Int(step), list.indices.contains(index) else { return nil }
        value = list[index]
      } else {
        guard let member = value[step] else { return nil }
        value = member
      }
    }
    return value
  }

  /// The value at the path of a text that is a JSON object or list; nil if it is neither, or has nothing there.
  func value(inContainer text: String) -> JSONValue? {
    guard let first = text.first(where: { !$0.isWhitespace }), "{[".contains(first) else { return nil }
    do { return value(in: try JSONValue(parsing: text)) } catch { return nil }
  }
}
