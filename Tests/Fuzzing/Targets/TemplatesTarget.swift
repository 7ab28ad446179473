import JSONCoding

@testable import Evaluation
@testable import Store

extension FuzzTarget {
  /// Templates: values are text, and everything that is not a variable is sent as it is.
  static let templates = FuzzTarget(name: "templates") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    for hasEscapes in [true, false] { try requireRendered(Template(text, hasEscapes: hasEscapes), text, hasEscapes) }
    try requireMessages(text)
  }

  private static func requireRendered(_ template: Template, _ text: String, _ hasEscapes: Bool) throws {
    try require(template.source == text, "the source is changed")
    try requireKept(template, text, hasEscapes)
    for name in template.variables {
      let isName = !name.isEmpty && !name.contains { $0 == "{" || $0 == "}" || $0.isNewline }
      try require(isName, "a variable is named \(name.debugDescription)")
    }
    try require(Set(template.variables).count == template.variables.count, "a variable occurs twice")
    // A value is never read again, even one that is itself a variable.
    let values = template.variables.indices.map { "{{ \($0) }}\\{{x}}" }
    let rendered = template.render(values: values)
    let written = template.written(
      text: { $0 }, variable: { name in template.variables.firstIndex(of: name).map { values[$0] } ?? "?" })
    try require(written.utf8.elementsEqual(rendered.utf8), "the parts are \(written), not \(rendered)")
    let bare = template.render(values: values.map { _ in "" })
    try require(bare.utf8.count <= text.utf8.count, "text that is not in the template")
    if template.variables.isEmpty {
      // Nothing but backslashes before variables may be missing.
      let isKept = hasEscapes && text.containsScalars(of: "\\{{") || rendered.utf8.elementsEqual(text.utf8)
      try require(isKept, "a text without variables is changed")
    } else {
      guard try accepted({ try template.render { _ in nil } }) == nil else {
        throw FuzzFinding("a value that is missing is not missed")
      }
    }
    let byName = try template.render { name in template.variables.firstIndex(of: name).map { values[$0] } }
    try require(byName == rendered, "values by name and by place differ")
  }

  /// All text is kept, and each variable stands for its name in braces.
  private static func requireKept(_ template: Template, _ text: String, _ hasEscapes: Bool) throws {
    let mark = "\u{f0000}"
    guard !text.containsScalars(of: mark) else { return }
    // Which backslashes are left out is another question.
    func plain(_ text: some Sequence<UInt8>) -> [UInt8] { text.filter { !hasEscapes || $0 != ASCII.backslash } }
    let written = template.written(text: { $0 }, variable: { mark + $0 + mark })
    var rest = plain(text.utf8)[...]
    for (index, part) in written.unicodeScalars.split(separator: "\u{f0000}", omittingEmptySubsequences: false)
      .enumerated()
    {
      let part = plain(String(part).utf8)
      if index.isMultiple(of: 2) {
        try require(
          rest.starts(with: part), "the text \(String(decoding: part, as: UTF8.self).debugDescription) is moved")
        rest = rest.dropFirst(part.count)
      } else {
        let name = rest.prefix { $0 != ASCII.closeBrace }
        // One name may be written in several normal forms.
        let inner = String(decoding: name.dropFirst(2), as: UTF8.self)
        let isName = name.starts(with: "{{".utf8) && inner.firstRange(of: String(decoding: part, as: UTF8.self)) != nil
        try require(isName, "the variable \(String(decoding: part, as: UTF8.self).debugDescription) is moved")
        rest = rest[name.endIndex...].dropFirst(2)
      }
    }
    try require(rest.isEmpty, "text at the end is lost")
  }

  /// The text as the messages of a prompt version.
  private static func requireMessages(_ text: String) throws {
    guard let json = try? JSONValue(parsing: text), json.objectValue != nil || json.arrayValue != nil else { return }
    var values = json.objectValue ?? [:]
    if let messages = json.arrayValue { values["messages"] = .array(messages) }
    guard let settings = try? RequestSettings(values) else { return }
    guard let template = try accepted({ try RequestTemplate("{{ x }} and {{y}}", settings) }) else { return }
    let inputs = template.variables.map { _ in "[]" }
    guard let request = try accepted({ try template.render(values: inputs, .unread) }) else { return }
    try require(request.prompt == "[] and []", "the last message is \(request.prompt)")
    try require(template.renderTexts(values: inputs) == template.renderTexts(values: inputs), "two renderings differ")
  }
}
