import Evaluation
import JSONCoding

/// Texts in the syntax of Nunjucks, which promptfoo replaces variables with.
struct PromptfooText {
  /// The names of the columns as variables, which may only have letters, digits and underscores.
  let names: [String: String]

  init(columns: [String]) {
    var names: [String: String] = [:]
    var taken: Set<String> = []
    for column in columns {
      var name = String(
        column.unicodeScalars.map {
          $0.isASCII && ($0.properties.isAlphabetic || "0123456789_".unicodeScalars.contains($0)) ? Character($0) : "_"
        })
      if name.first.map({ $0.isNumber }) != false { name = "_" + name }
      while !taken.insert(name).inserted { name += "_" }
      names[column] = name
    }
    self.names = names
  }

  /// The columns whose names change, with their new names.
  var renamed: [(column: String, name: String)] {
    names.filter { $0.key != $0.value }.map { ($0.key, $0.value) }.sorted { $0.column < $1.column }
  }

  func template(_ template: Template) -> String {
    template.written(text: Self.literal) { name in "{{ \(names[name] ?? name) }}" }
  }

  func template(_ source: String) -> String { template(Template(source)) }

  /// A text in which nothing is replaced.
  static func literal(_ text: String) -> String {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == ASCII.openBrace, let next = rest.first, "{%#".utf8.contains(next) else {
        result.append(byte)
        continue
      }
      result += "{{ '".utf8 + [byte, next] + "' }}".utf8
      rest = rest.dropFirst()
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether promptfoo could take a value for more than text.
  static func isActive(_ value: String) -> Bool {
    value.hasPrefix("file://") || ["{{", "{%", "{#"].contains(where: value.containsScalars)
  }
}
