import Store

extension RunPlanner {
  /// Adds the results of checks that the answers of a run lack, without any call.
  ///
  /// - Throws: ``EvaluationError`` if the run cannot be judged so, or changes meanwhile.
  func checkAnswers(ofRun id: Int, _ options: RunEngine.Options) async throws {
    if options.restart || options.judging?.against != nil { return }
    let (old, new, scoring, entries) = try await store.read { tables in
      let old = try tables.find(RunRecord.self, id)
      var new = old
      let entries = tables.responses.entries(ofRun: id)
      try options.judging?.applyAndCheck(to: &new, entries, in: tables)
      return (old, new, tables.scoring(of: new).checksOnly, entries)
    }
    guard let rescoring = try await Rescoring(from: old, to: new, by: scoring, entries, nil) else { return }
    try await store.commit { transaction in try rescoring.apply(in: &transaction) }
  }
}
