/// Text in a template that another tool would read as a variable and that is sent here as it stands.
enum TemplateHints {
  /// A sentence for each form in which the name of a column stands.
  ///
  /// - Parameters:
  ///   - texts: the texts of a prompt.
  ///   - columns: those of the dataset.
  static func warnings(_ texts: [String], columns: [String]) -> [String] {
    let text = texts.joined(separator: "\n")
    guard text.contains(where: { "{%<[$#".contains($0) }) else { return [] }
    let used = Set(texts.flatMap { Template($0).variables })
    // Beside the variable itself the form is a label, such as a tag around it.
    let found = columns.filter { !used.contains($0) }.compactMap { column in
      forms(of: column).first { form in occurs(form, in: text) }.map { (form: $0, column: column) }
    }
    var sentences = found.prefix(3).map { form, column in
      "\(form) stands in the prompt and is sent as it is: only {{ \(column) }} is replaced by the column \(column)."
    }
    if let tag = tags.first(where: text.contains) {
      sentences.append(
        "\(tag) stands in the prompt and is sent as it is: templates have variables, {{ name }}, and no conditions or loops."
      )
    }
    return sentences
  }

  private static func forms(of column: String) -> [String] {
    ["${\(column)}", "{\(column)}", "<\(column)>", "[[\(column)]]", "%(\(column))s"]
  }

  private static let tags = ["{% if", "{%- if", "{% for", "{%- for", "{{#if", "{{#each", "{{#", "{{^"]

  /// Whether a form stands in the text other than inside the braces of a variable.
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
