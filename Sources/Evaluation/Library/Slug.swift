/// Names as keys: lower case, words joined by underscores.
package enum Slug {
  package static func of(_ name: String) -> String {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.joined(separator: "_")
  }

  /// The slug, with a number appended if it is taken.
  package static func unique(_ name: String, taken: Set<String>) -> String {
    let base = of(name).isEmpty ? "metric" : of(name)
    if !taken.contains(base) { return base }
    var number = 2
    while taken.contains("\(base)_\(number)") { number += 1 }
    return "\(base)_\(number)"
  }
}
