package import Store

/// The request of a run, with the texts whose words it may have although rows have them too.
package struct CopyExamination: Sendable {
  private let request: RequestTexts
  private let earlier: [RequestTexts]
  private let expectedColumn: String?

  /// Nil for a run that is not examined.
  package init?(_ run: RunRecord, in tables: Tables) {
    guard let prompt = tables.prompts[run.promptID] else { return nil }
    let settings = run.snapshot == nil ? run.requestedSettings(of: prompt) : run.sentSettings(of: prompt)
    self.init(run, prompt, RequestTexts(run.snapshot?.template ?? prompt.template, settings), in: tables)
  }

  /// - Parameter request: what the run sends.
  init?(_ run: RunRecord, _ prompt: PromptRecord, _ request: RequestTexts, in tables: Tables) {
    guard let datasetID = run.datasetID,
      let earlier = tables.texts(before: run, of: prompt, sending: request, onDataset: datasetID)
    else { return nil }
    self.request = request
    self.earlier = earlier
    expectedColumn = run.expectedColumn
  }

  /// What was copied from rows of its dataset, and what to do; nil if nothing was.
  package func problem(_ table: CSVTable) -> String? {
    do throws(RowSelectionError) {
      return try copied(table).problem
    } catch {
      // Rows that cannot be split have none that were held out.
      return nil
    }
  }

  func copied(_ table: CSVTable) throws(RowSelectionError) -> CopiedRows {
    try CopiedRows(request, earlier: earlier, table: table, expectedColumn: expectedColumn)
  }
}

extension Tables {
  /// The texts whose words a run's request may have although rows have them too: they were not written from rows that a
  /// run has shown, or a person has published them.
  ///
  /// They are the first version that was run on the dataset, with what its first run sent beside it, and the first and
  /// the published version of the run's family. Of another family these count once they were run on held-out rows,
  /// where they were examined themselves.
  ///
  /// - Returns: nil for a run that is not examined: it sends what the first version on the dataset says, or is itself the
  ///   first run.
  fileprivate func texts(
    before run: RunRecord, of prompt: PromptRecord, sending request: RequestTexts, onDataset datasetID: Int
  ) -> [RequestTexts]? {
    let onDataset = runs.all.filter { $0.datasetID == datasetID && $0.id != run.id }
    let used =
      onDataset.map { ($0.id, $0.promptID) } + [(run.id, run.promptID)]
      + looks.all.filter { $0.datasetID == datasetID }.map { ($0.runID, $0.promptID) }
    guard let firstUse = used.min(by: { $0.0 < $1.0 }), firstUse.0 != run.id else { return nil }
    let first = prompts[firstUse.1]
    let firstSent = onDataset.first { $0.id == firstUse.0 }.flatMap { other in
      first.map { RequestTexts(other.snapshot?.template ?? $0.template, other.sentSettings(of: $0)) }
    }
    if first?.id == prompt.id {
      let own = RequestTexts(prompt.template, prompt.settings)
      return [own, firstSent].contains(request) ? nil : [own, firstSent].compactMap(\.self)
    }
    func isExamined(_ id: Int) -> Bool {
      onDataset.contains { other in
        other.promptID == id && RowSelection(other.snapshot?.rows)?.isHeldOut == true
          && !responses.entries(ofRun: other.id).isEmpty
      }
    }
    let versions = prompts.all.filter { other in
      if other.id == first?.id { return true }
      guard other.id < prompt.id, other.current || other.versionNumber == 1 else { return false }
      return other.familyKey == first?.familyKey || other.familyKey == prompt.familyKey && isExamined(other.id)
    }
    return versions.map { RequestTexts($0.template, $0.settings) } + [firstSent].compactMap(\.self)
  }
}

extension RunPlanner {
  /// Rejects a run of held-out rows whose request was copied from rows of its dataset.
  func checkCopies(_ material: Material, _ layout: Layout, _ entries: [ResponseEntry]) async throws {
    guard entries.isEmpty, let dataset = material.dataset,
      RowSelection(material.run.rows)?.isHeldOut == true
    else { return }
    let (run, prompt) = (material.run, material.prompt)
    let request = RequestTexts(layout.source, layout.settings)
    guard let examination = try await store.read({ CopyExamination(run, prompt, request, in: $0) }) else { return }
    if let problem = try examination.copied(dataset.table()).problem {
      throw EvaluationError("Run \(run.id) cannot start. \(problem)")
    }
  }
}
