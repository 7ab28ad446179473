/// Finds what is known of a model by its name, however it is dated and spelled.
enum ModelTable {
  /// The entry of a name, else that of the name without its date or `-latest`.
  static func entry<Entry>(for model: String, in table: [String: Entry]) -> Entry? {
    if let entry = table[model] { return entry }
    // -2026-04-23, -20251101, -latest
    for length in [11, 9, 7] where model.count > length {
      let suffix = model.suffix(length)
      let digits = suffix.filter(\.isNumber).count
      guard suffix.first == "-", digits == 8 || suffix == "-latest" else { continue }
      if let entry = table[String(model.dropLast(length))] { return entry }
    }
    return nil
  }

  /// A name whose number stands before or behind the family's, with dots or hyphens: `claude-4.5-haiku` and
  /// `claude-haiku-4-5` have one key.
  static func key(of model: String) -> String {
    let words = model.lowercased().split { $0 == "-" || $0 == "." }
    let isWord = { (word: Substring) in word.first?.isNumber == false && word != "latest" }
    // Numbers of up to two digits are versions, longer ones dates.
    let versions = words.filter { !isWord($0) && $0.count <= 2 }
    let rest = words.filter { !isWord($0) && $0.count > 2 }
    return (words.filter(isWord) + versions + rest).joined(separator: "-")
  }
}
