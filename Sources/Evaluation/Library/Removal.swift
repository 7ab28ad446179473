package import Store

/// What a deletion takes away.
package struct Removal: Sendable {
  package struct Count: Sendable, Equatable {
    package let kind: RecordKind
    package let number: Int

    package init(_ kind: RecordKind, _ number: Int) {
      self.kind = kind
      self.number = number
    }
  }

  /// The name of the record that is deleted.
  package let name: String
  /// How many records of each kind, the record itself first.
  package private(set) var counts: [Count]
  /// The runs that are deleted with it, as ``DeletionStake`` has them.
  var runs: [Int: Int?] = [:]
  /// The version that becomes current when the current version is deleted.
  package var successor: PromptRecord?

  init(_ kind: RecordKind, named name: String) {
    self.name = name
    counts = [Count(kind, 1)]
  }

  mutating func count(_ kind: RecordKind, _ number: Int) {
    let count = Count(kind, number)
    if let index = counts.firstIndex(where: { $0.kind == kind }) { counts[index] = count } else { counts.append(count) }
  }

  package func number(of kind: RecordKind) -> Int { counts.first { $0.kind == kind }?.number ?? 0 }

  package var stake: DeletionStake {
    DeletionStake(runs: runs, others: number(of: .generations) + number(of: .sessionExchanges))
  }

  /// Whether answers of models are lost, which may have been paid for.
  package var losesAnswers: Bool {
    [.responses, .generations, .sessionExchanges].contains { number(of: $0) > 0 } || stake.isBeingGenerated
  }
}

/// The answers of models that a deletion removes: what the user agrees to lose.
package struct DeletionStake: Sendable {
  /// Responses by run; nil for a run that is being generated, which goes on while the user thinks.
  package let runs: [Int: Int?]
  /// Generations and the exchanges of sessions.
  let others: Int

  /// Whether agreeing to lose this includes losing the other.
  package func covers(_ other: DeletionStake) -> Bool {
    other.others <= others
      && other.runs.allSatisfy { id, responses in
        guard let agreed = runs[id] else { return false }
        guard let agreed else { return true }
        return responses.map { $0 <= agreed } ?? false
      }
  }

  package var isBeingGenerated: Bool { runs.values.contains(nil) }

  /// Equal for equal stakes; a confirmation is bound to it.
  package var text: String {
    let parts = runs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.map { "\($0)" } ?? "live")" }
    return "runs \(parts.joined(separator: ",")); others \(others)"
  }
}
