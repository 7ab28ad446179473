/// When a vendor ends a model, as of 2026-11-25 (developers.openai.com/api/docs/deprecations).
package struct ModelShutdown: Sendable, Equatable {
  /// A date such as 2027-01-14.
  package let date: String
  /// What the vendor names in its place; nil where it names nothing.
  package let successor: String?

  /// The end of a model at its vendor's own address; nil where none is announced.
  ///
  /// A dated name ends with the undated one, and a fine-tuned model (`ft:gpt-4.1-mini:...`) with the one it is made of.
  package static func of(_ model: String, provider: ProviderKind) -> ModelShutdown? {
    guard provider == .openai else { return nil }
    let name = model.lowercased()
    guard name.hasPrefix("ft:") else { return ModelTable.entry(for: name, in: openAI) }
    let base = name.split(separator: ":", maxSplits: 2).dropFirst().first ?? ""
    return ModelTable.entry(for: String(base), in: openAI)
  }

  /// What a person should know before using the model; without a tense, because it is read before and after the date.
  package func warning(for model: String) -> String {
    "OpenAI's shutdown date for \(model) is \(date)"
      + (successor.map { "; it names \($0) as the successor." }
        ?? ". Choose another model for results that can be repeated.")
  }

  private static let openAI: [String: ModelShutdown] = {
    let dates: [(date: String, successor: String?, models: [String])] = [
      ("2026-10-23", nil, ["o1", "o3-mini", "o4-mini", "gpt-4.1-nano"]),
      ("2026-12-11", nil, ["gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-pro", "o3", "o3-pro"]),
      ("2027-01-14", "gpt-6-luna", ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini"]),
      ("2027-04-01", nil, ["gpt-5.1"]),
    ]
    return Dictionary(
      uniqueKeysWithValues: dates.flatMap { entry in
        entry.models.map { ($0, ModelShutdown(date: entry.date, successor: entry.successor)) }
      })
  }()
}
