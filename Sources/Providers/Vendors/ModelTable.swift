/// Looks up facts about a model by its name, ignoring dates and spelling variants.
enum ModelTable {
  /// The entry of a name, or else of the name without its date or `-latest`.
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

  /// The key of a name, independent of the place and punctuation of its version: `claude-4.5-haiku` and
  /// `claude-haiku-4-5` have the same key.
  static func key(of model: String) -> String {
    let words = model.lowercased().split { $0 == "-" || $0 == "." }
    let isWord = { (word: Substring) in word.first?.isNumber == false && word != "latest" }
    // Numbers of up to two digits are versions; longer ones are dates.
    let versions = words.filter { !isWord($0) && $0.count <= 2 }
    let rest = words.filter { !isWord($0) && $0.count > 2 }
    return (words.filter(isWord) + versions + rest).joined(separator: "-")
  }
}
