/// Finds text that other tools would replace as a variable but that is sent unchanged here.
enum TemplateHints {
  /// A warning for each such form around the name of a column.
  ///
  /// - Parameters:
  ///   - texts: the texts of a prompt.
  ///   - columns: the dataset's columns.
  static func warnings(_ texts: [String], columns: [String]) -> [String] {
    let text = texts.joined(separator: "\n")
    guard text.contains(where: { "{%<[$#".contains($0) }) else { return [] }
    let used = Set(texts.flatMap { Template($0).variables })
    // If the column is also a variable, the form is a label, such as a tag around it.
    let found = columns.filter { !used.contains($0) }.compactMap { column in
      forms(of: column).first { form in occurs(form, in: text) }.map { (form: $0, column: column) }
    }
    var sentences = found.prefix(3).map { form, column in
      "\(form) in the prompt is sent unchanged: only {{ \(column) }} is replaced by the column \(column)."
    }
    if let tag = tags.first(where: text.contains) {
      sentences.append(
        "\(tag) in the prompt is sent unchanged: templates have variables, {{ name }}, and no conditions or loops."
      )
    }
    return sentences
  }

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
