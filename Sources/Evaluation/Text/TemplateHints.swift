/// Finds text that other tools would replace as a variable but that is sent unchanged here.
enum TemplateHints {
  /// A warning for each such form around the name of a column.
  ///
  /// - Parameters:
  ///   - texts: the texts of a prompt.
  ///   - columns: the dataset's columns.
  static func warnings(_ texts: [String], columns: [String]) -> [String] {
    let text = texts.joined(separator: "\n")
    guard text.unicodeScalars.contains(where: { "{%<[$#".unicodeScalars.contains($0) }) else { return [] }
    let used = Set(texts.flatMap { Template($0).variables })
    // If the column is also a variable, the form is a label, such as a tag around it.
    let found = columns.filter { !used.contains($0) }.compactMap { column in
      forms(of: column).first { form in occurs(form, in: text) }.map { (form: $0, column: column) }
    }
    var sentences = found.prefix(3).map { form, column in
      "\(form) in the prompt is sent unchanged: only {{ \(column) }} is replaced by the column \(column)."
    }
    if let tag = tags.first(where: text.containsScalars) {
      sentences.append(
        "\(tag) in the prompt is sent unchanged: templates have variables, {{ name }}, and no conditions or loops."
      )
    }
    return sentences + [nameless(text), unclosed(text, columns)].compactMap(\.self)
  }

  private static func nameless(_ text: String) -> String? {
    guard text.contains(/\{\{\s*\}\}/) else { return nil }
    return "{{ }} in the prompt is sent unchanged: a variable has a name, the one of a column."
  }

  /// A hint on braces that open before the name of a column and do not close.
  private static func unclosed(_ text: String, _ columns: [String]) -> String? {
    for match in text.matches(of: /\{\{\s*([^{}\n]*)/) where !text[match.range.upperBound...].hasPrefix("}}") {
      let inside = String(match.output.1)
      let column = columns.filter { column in
        guard inside.hasPrefix(column), !column.isEmpty else { return false }
        return inside.dropFirst(column.count).first.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
      }.max { $0.count < $1.count }
      guard let column else { continue }
      return "{{ \(column) in the prompt is sent unchanged, because its braces do not close: write {{ \(column) }}."
    }
    return nil
  }

  /// A hint on images that the texts of a prompt send as letters.
  ///
  /// - Parameters:
  ///   - texts: those that are not the source of an image.
  ///   - holdsImage: whether a column holds an image in some row.
  static func images(in texts: [Template], holdsImage: (String) -> Bool) -> String? {
    let form = "is sent as letters. Put it into messages as {\"type\": \"image\", \"source\": "
    if texts.contains(where: { $0.source.contains(imageBeginning) }) {
      return "An image in the prompt's text \(form)\"data:image/...\"}."
    }
    guard let column = texts.flatMap(\.variables).first(where: holdsImage) else { return nil }
    return "The column \(column) holds images, and {{ \(column) }} in a text \(form)\"{{ \(column) }}\"}."
  }

  /// The beginning of a data: address of an image.
  static let imageBeginning = "data:image/"

  private static func forms(of column: String) -> [String] {
    ["${\(column)}", "{\(column)}", "<\(column)>", "[[\(column)]]", "%(\(column))s"]
  }

  private static let tags = ["{% if", "{%- if", "{% for", "{%- for", "{{#if", "{{#each", "{{#", "{{^"]

  /// Whether a form occurs in the text outside the braces of a variable.
  private static func occurs(_ form: String, in text: String) -> Bool {
    guard form.hasPrefix("{") else { return text.contains(form) }
    var rest = text[...]
    while let range = rest.firstRange(of: form) {
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
      let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
      if before != "{", after != "}" { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }
}
