package import Store

/// The effect of a deletion.
package struct Removal: Sendable {
  package struct Count: Sendable, Equatable {
    package let kind: RecordKind
    package let number: Int

    package init(_ kind: RecordKind, _ number: Int) {
      self.kind = kind
      self.number = number
    }
  }

  /// The name of the deleted record.
  package let name: String
  /// The number of records of each kind, the deleted record itself first.
  package private(set) var counts: [Count]
  /// The runs deleted with it, in the form of ``DeletedOutput``.
  var runs: [Int: Int?] = [:]
  /// The version that becomes current when the current version is deleted.
  package var successor: Successor?
  /// What the lost answers and their reviews cost.
  package internal(set) var spending = Spending()
  /// What responses cost that restarts had discarded before.
  package internal(set) var earlierSpending = Spending()
  /// The records that stay and name the deleted one, by kind.
  package var uses: [Count] = []

  package struct Successor: Sendable {
    package let prompt: PromptRecord
    /// Whether it has a completed run.
    package let isTested: Bool
  }

  init(_ kind: RecordKind, named name: String) {
    self.name = name
    counts = [Count(kind, 1)]
  }

  mutating func count(_ kind: RecordKind, _ number: Int) {
    let count = Count(kind, number)
    if let index = counts.firstIndex(where: { $0.kind == kind }) { counts[index] = count } else { counts.append(count) }
  }

  package func number(of kind: RecordKind) -> Int { counts.first { $0.kind == kind }?.number ?? 0 }

  package var stake: DeletedOutput {
    DeletedOutput(runs: runs, others: number(of: .generations) + number(of: .sessionExchanges))
  }

  /// Whether answers of models are lost, which may have been paid for.
  package var losesAnswers: Bool {
    [.responses, .generations, .sessionExchanges].contains { number(of: $0) > 0 } || stake.isBeingGenerated
  }
}

/// The model output that a deletion destroys; the user confirms exactly this.
package struct DeletedOutput: Sendable {
  /// The number of responses by run; nil for a running run, whose number still grows.
  package let runs: [Int: Int?]
  /// The number of generations and session exchanges.
  let others: Int

  /// Whether consent to losing this covers losing the other.
  package func covers(_ other: DeletedOutput) -> Bool {
    other.others <= others
      && other.runs.allSatisfy { id, responses in
        guard let agreed = runs[id] else { return false }
        guard let agreed else { return true }
        return responses.map { $0 <= agreed } ?? false
      }
  }

  package var isBeingGenerated: Bool { runs.values.contains(nil) }

  /// A text that is equal for equal stakes; a confirmation is bound to it.
  package var text: String {
    let parts = runs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.map { "\($0)" } ?? "live")" }
    return "runs \(parts.joined(separator: ",")); others \(others)"
  }
}
