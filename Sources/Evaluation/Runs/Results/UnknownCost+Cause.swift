package import Store

extension UnknownCost {
  /// Why costs are unknown for good.
  package struct Cause: Sendable {
    /// What keeps calls that arrived from having a cost.
    enum Lack: Sendable {
      /// Their model has no known price.
      case price
      /// Their server counts no tokens.
      case tokens

      init(_ lacksTokens: Bool) { self = lacksTokens ? .tokens : .price }

      /// The reason, as the end of a sentence.
      var reason: String {
        switch self {
        case .price: "the model has no known price"
        case .tokens: "the server reports no token usage"
        }
      }

      /// What can be done about it.
      var remedy: String {
        switch self {
        case .price:
          "provider_credentials_update with input_price and output_price gives one for later calls; the tokens are in usage."
        case .tokens:
          "If its calls cost nothing, provider_credentials_update with input_price 0 and output_price 0 says so; otherwise "
            + "switch the server's usage reports on, or read the cost in its own account."
        }
      }
    }

    /// Nil if no answer lacks its cost.
    private var answers: Lack?
    /// The same of the judge's calls; nil as well where only answers count.
    private var reviews: Lack?

    /// The cause of the unknown cost of a run.
    ///
    /// Without any, calls gave no complete answer, or a restart discarded it.
    package init(_ run: RunRecord, _ entries: [ResponseEntry]) throws {
      answers = try Self.lack(ofAnswers: entries)
      let probe = run.probes.first(where: \.lacksCost)
      reviews =
        if let judge = try UnpricedReviews(entries).judges.first {
          Lack(judge.lacksTokens)
        } else {
          probe.map { Lack($0.usage == TokenCounts()) }
        }
    }

    /// That of lost and discarded calls alone.
    package static let lostCalls = Cause()

    private init() {}

    /// The cause of the unknown costs of answers, wherever they were made.
    package init(ofAnswers entries: [ResponseEntry]) throws {
      answers = try Self.lack(ofAnswers: entries)
      // What is not known of the source's cost stays unknown of its copies.
      if answers == nil, entries.contains(where: { $0.isCopied && $0.generationCost == nil }) { answers = .price }
    }

    private static func lack(ofAnswers entries: [ResponseEntry]) throws -> Lack? {
      try entries.first(where: \.lacksAnswerCost).map { Lack(try $0.lacksAnswerTokens()) }
    }

    /// How a limit on cost can be kept, although the cost of finished runs stays unknown.
    ///
    /// - Parameter runs: the runs whose cost is not known, at least one.
    package func remedy(runs: [Int]) -> String {
      let calls = runs.map { "runs_create with like_run \($0) and reuse: false" }.joined(separator: " and ")
      let steps = [Lack.price, .tokens].compactMap(step)
      if steps.isEmpty {
        return "The cost of lost or discarded calls stays unknown at any price: "
          + "\(calls) \(runs.count == 1 ? "makes" : "make") the answers anew."
      }
      return "\(steps.joined(separator: ". ")), and make the answers anew with \(calls)."
    }

    /// What the calls with this lack need; nil without any.
    private func step(_ lack: Lack) -> String? {
      let owners = [(answers, "the model's"), (reviews, "the judge's")].filter { $0.0 == lack }.map(\.1)
      guard let first = owners.first else { return nil }
      let credentials = owners.map { "\($0) credential" }.joined(separator: " and of ")
      return switch lack {
      case .price:
        "A price counts for later calls only: set input_price and output_price of \(credentials) "
          + "(provider_credentials_update)"
      case .tokens:
        "\(owners.count == 1 ? "T\(first.dropFirst()) server counts" : "The servers count") no tokens: if the calls are "
          + "free, set input_price 0 and output_price 0 of \(credentials) (provider_credentials_update)"
      }
    }
  }
}
