import Synchronization

/// Conclusions from a model's name alone: its vendor, its family, and equality with another name.
package enum ModelName {
  /// The vendor in a name's prefix, and the rest: `openai/gpt-6-luna`.
  package static func vendorPrefix(of name: String) -> (provider: Vendor, rest: String)? {
    guard let (prefix, rest) = prefix(of: name), let provider = Vendor(rawValue: prefix.lowercased()) else {
      return nil
    }
    return (provider, rest)
  }

  /// The parts before and after the first slash, if neither is empty.
  static func prefix(of name: String) -> (prefix: String, rest: String)? {
    guard let slash = name.firstIndex(of: "/") else { return nil }
    let rest = name[name.index(after: slash)...]
    return slash == name.startIndex || rest.isEmpty ? nil : (String(name[..<slash]), String(rest))
  }

  /// OpenRouter's own models, such as `openrouter/auto`, keep their prefix: it is part of their name.
  static func bare(_ rest: String, of provider: Vendor, from name: String) -> String {
    provider == .openrouter && !rest.contains("/") ? name : rest
  }

  /// The only vendor whose models have such names: `gpt-`, `claude-`.
  package static func family(of name: String) -> Vendor? {
    let name = name.lowercased()
    return Vendor.allCases.first { $0.names.areOwn(name[...]) }
  }

  /// The vendor of a family, whoever serves it: `openai/gpt-6-luna` at OpenRouter belongs to OpenAI.
  static func family(ofBare name: String) -> Vendor? {
    family(of: name.split(separator: "/").last.map(String.init) ?? name)
  }

  /// The vendor of a name, independent of the configuration: by its prefix, or else by its family.
  package static func vendor(of name: String) -> Vendor? {
    vendorPrefix(of: name)?.provider ?? family(of: name)
  }

  /// Whether a model of Ollama runs in its cloud, which bills for it: `gpt-oss:120b-cloud`.
  static func isCloudHosted(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix("-cloud") || name.hasSuffix(":cloud")
  }

  // MARK: Equality

  /// Whether the name in an answer is that of the requested model.
  ///
  /// Names are equal if they differ only in a vendor's prefix, in letter case, in a dot for a hyphen, in the place of
  /// their version (`claude-4.5-haiku`), in `-latest` or `:latest`, or in a date that only one of them has. A router,
  /// such as `openrouter/auto`, chooses among models, so any answer is the requested one.
  package static func isSame(_ asked: String, _ answered: String) -> Bool {
    let (asked, answered) = (Parts(asked), Parts(answered))
    if answered.isEmpty || asked.isRouter { return true }
    guard asked.words == answered.words, asked.versions == answered.versions else { return false }
    return asked.date == nil || answered.date == nil || asked.date == answered.date
  }

  /// Compares names and keeps the last result, because all calls of a run have the same names.
  final class Comparison: Sendable {
    private struct Result {
      let asked: String
      let answered: String
      let areSame: Bool
    }

    private let last = Mutex<Result?>(nil)

    func areSame(_ asked: String, _ answered: String) -> Bool {
      last.withLock { last in
        if let last, last.asked == asked, last.answered == answered { return last.areSame }
        let areSame = ModelName.isSame(asked, answered)
        last = Result(asked: asked, answered: answered, areSame: areSame)
        return areSame
      }
    }
  }

  private struct Parts {
    /// The words without digits, sorted.
    var words: [Substring]
    /// The words with digits, in order, because 5.4 is not 4.5.
    var versions: [Substring]
    var date: String?

    var isEmpty: Bool { words.isEmpty && versions.isEmpty && date == nil }
    var isRouter: Bool { words == ["auto"] && versions.isEmpty || words.contains("router") }

    init(_ name: String) {
      var text = name.lowercased()
      if let slash = text.lastIndex(of: "/") { text = String(text[text.index(after: slash)...]) }
      if text.hasSuffix(".gguf") { text.removeLast(5) }
      for variant in [":latest", ":free", ":nitro", ":floor", ":online", ":beta", ":extended"]
      where text.hasSuffix(variant) {
        text.removeLast(variant.count)
      }
      var parts = text.split { ".-_ @".contains($0) }
      date = Self.takeDate(from: &parts)
      if parts.last == "latest" { parts.removeLast() }
      words = parts.filter { !$0.contains(where: \.isNumber) }.sorted()
      versions = parts.filter { $0.contains(where: \.isNumber) }
    }

    /// Removes a date at the end: `2025-04-14`, `20250414`, `08-2024` or `0613`.
    private static func takeDate(from words: inout [Substring]) -> String? {
      func isNumber(_ index: Int, _ count: Int) -> Bool {
        words.indices.contains(index) && words[index].count == count && words[index].allSatisfy(\.isNumber)
      }
      let last = words.count - 1
      let length =
        isNumber(last, 2) && isNumber(last - 1, 2) && isNumber(last - 2, 4)
        ? 3 : isNumber(last, 4) && isNumber(last - 1, 2) ? 2 : isNumber(last, 8) || isNumber(last, 4) ? 1 : 0
      // A name of numbers only has no date.
      guard length > 0, words.count > length else { return nil }
      defer { words.removeLast(length) }
      return words.suffix(length).joined()
    }
  }
}
