import Evaluation
import Store

/// The unique slugs of the store's prompts as MCP prompts.
///
/// If slugs are equal, the oldest prompt has the plain slug; the others append the beginning of their family's key.
/// Every prompt is also found by that longer name, so that a remembered name still works after the older prompt is
/// deleted.
enum PromptNames {
  private static let longest = 60
  private static let keyLength = 8

  struct Named: Sendable {
    let prompt: PromptRecord
    let name: String
    let alias: String
  }

  /// The current versions with their names, oldest family first.
  ///
  /// - Parameter reserved: names that must not be used.
  static func named(_ versions: some Sequence<PromptRecord>, reserved: Set<String>) -> [Named] {
    var ages: [String: Int] = [:]
    var current: [PromptRecord] = []
    for version in versions {
      ages[version.familyKey] = min(ages[version.familyKey] ?? version.id, version.id)
      if version.current { current.append(version) }
    }
    var taken = reserved
    return current.sorted { age($0, ages) < age($1, ages) }.map { prompt in
      let slug = slug(of: prompt.name)
      let key = Slug.of(prompt.familyKey)
      let alias = "\(slug)_\(key.filter { $0 != "_" }.prefix(keyLength))"
      let name = [slug, alias].first { !taken.contains($0) } ?? "\(slug)_\(key)"
      taken.insert(name)
      return Named(prompt: prompt, name: name, alias: alias)
    }
  }

  /// The names of a prompt's arguments: its variables; variables that are too long for a list are cut.
  static func arguments(_ variables: [String]) -> [(name: String, variable: String)] {
    var taken = Set(variables.filter { $0.unicodeScalars.count <= longest })
    return variables.enumerated().map { index, variable in
      if variable.unicodeScalars.count <= longest { return (variable, variable) }
      let start = String(String.UnicodeScalarView(variable.unicodeScalars.prefix(longest)))
      let name = [start, "\(start) \(index + 1)"].first { !taken.contains($0) } ?? variable
      taken.insert(name)
      return (name, variable)
    }
  }

  /// Ids increase with age, so the lowest id of a family's versions is the family's age.
  private static func age(_ prompt: PromptRecord, _ ages: [String: Int]) -> (Int, Int) {
    (ages[prompt.familyKey] ?? prompt.id, prompt.id)
  }

  private static func slug(of name: String) -> String {
    let slug = String(String.UnicodeScalarView(Slug.of(name).unicodeScalars.prefix(longest)))
    return slug.isEmpty ? "prompt" : slug
  }
}
