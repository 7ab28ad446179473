import JSONCoding

/// Messages about unknown names.
enum UnknownNames {
  /// A sentence for each unknown name, with a suggestion if one is close; a list of all names follows if any has none.
  ///
  /// - Parameters:
  ///   - nothing: the sentence used if there are no names at all.
  ///   - prefix: the place of the names in the arguments.
  static func problems(
    _ unknown: [String], among known: [String], nothing: String, prefix: String = ""
  ) -> [String] {
    var problems: [String] = []
    var indexOfLastUnlike: Int?
    for name in unknown.prefix(ValueShape.problemLimit) {
      let hint = NearestName.of(name, among: known).map { " Did you mean \"\($0)\"?" }
      if hint == nil { indexOfLastUnlike = problems.count }
      problems.append("\(prefix)\(Quotation.shortened(name)) is not an argument.\(hint ?? "")")
    }
    if let index = indexOfLastUnlike {
      problems[index] += known.isEmpty ? " \(nothing)" : " Known: \(known.joined(separator: ", "))."
    }
    if unknown.count > ValueShape.problemLimit {
      problems.append("Nor are \(unknown.count - ValueShape.problemLimit) others.")
    }
    return problems
  }
}
