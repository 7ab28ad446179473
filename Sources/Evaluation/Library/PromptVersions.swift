import Store

/// The versions of a prompt: a family, of which at most one is current.
extension PromptRecord {
  /// Whether both versions send the same request for the same row.
  func asksTheSame(as other: PromptRecord) -> Bool {
    template == other.template && llmModel == other.llmModel && settings == other.settings
      && providerCredentialID == other.providerCredentialID
  }
}

extension Tables {
  /// The versions of a family, the oldest first.
  func versions(of familyKey: String) -> [PromptRecord] {
    prompts.all.filter { $0.familyKey == familyKey }.sorted { $0.versionNumber < $1.versionNumber }
  }

  /// The newest version of a prompt's family that sends the same request as the prompt.
  func version(thatAsksTheSameAs prompt: PromptRecord) -> PromptRecord? {
    versions(of: prompt.familyKey).last { $0.asksTheSame(as: prompt) }
  }

  /// The kind of results that depend on a version's text; runs if there are both kinds.
  func results(ofPrompt id: Int) -> RecordKind? {
    if runs.all.contains(where: { $0.promptID == id }) { return .runs }
    return generations.hasEntries(ofPrompt: id) ? .generations : nil
  }
}

extension Transaction {
  /// Gives a version the name, description and tags of a changed copy, but keeps its request.
  mutating func keepText(of version: PromptRecord, labelledAs changed: PromptRecord) {
    var kept = version
    (kept.name, kept.description, kept.tagIDs) = (changed.name, changed.description, changed.tagIDs)
    kept.updatedAt = changed.updatedAt
    if (kept.name, kept.description, kept.tagIDs) != (version.name, version.description, version.tagIDs) { put(kept) }
  }

  /// Adds a changed copy of a version to its family, as a draft with the next number.
  mutating func addVersion(_ changed: PromptRecord) -> PromptRecord {
    var version = changed
    version.versionNumber = (tables.versions(of: changed.familyKey).last?.versionNumber ?? 0) + 1
    version.current = false
    // A new version of an archived prompt is worked on.
    version.isArchived = false
    version.createdAt = now
    return insert(version)
  }

  /// Makes a version the current one of its family.
  mutating func publish(_ prompt: PromptRecord) -> PromptRecord {
    for var other in tables.prompts.newestFirst
    where other.familyKey == prompt.familyKey && other.id != prompt.id && other.current {
      other.current = false
      other.updatedAt = now
      put(other)
    }
    var published = prompt
    published.current = true
    published.updatedAt = now
    put(published)
    return published
  }

  /// Publishes another version of a family if the version about to be deleted is the current one: the newest with a
  /// completed run, because a draft without one is untested, or else the newest.
  ///
  /// - Returns: the new current version; nil if nothing changes.
  mutating func publishSuccessor(ofPrompt id: Int) -> Removal.Successor? {
    guard let prompt = tables.prompts[id], prompt.current else { return nil }
    let others = tables.versions(of: prompt.familyKey).filter { $0.id != id }
    let tested = Set(tables.runs.all.lazy.filter { $0.status == .completed }.map(\.promptID))
    guard let successor = others.last(where: { tested.contains($0.id) }) ?? others.last else { return nil }
    return Removal.Successor(prompt: publish(successor), isTested: tested.contains(successor.id))
  }
}
