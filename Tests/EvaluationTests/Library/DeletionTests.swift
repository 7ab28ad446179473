import Testing

@testable import Evaluation
@testable import Store

@Suite(.timeLimit(.minutes(20))) struct DeletionTests {
  private static func counts(_ removal: Removal) -> [String] {
    removal.counts.map { "\($0.kind.rawValue) \($0.number)" }
  }

  @Test func `deleting a prompt version deletes its runs, their responses and its generations`() throws {
    var transaction = makeTransaction()
    let (first, second) = (try transaction.prompt(), try transaction.prompt("other", family: "g"))
    let experiment = try transaction.createExperiment(name: "e", promptIDs: [first.id, second.id])
    _ = transaction.generate(experiment.id, by: first.id)
    _ = transaction.generate(experiment.id, by: second.id)
    let run = transaction.run(prompt: first.id, responses: 2)
    let other = transaction.run(prompt: second.id, responses: 1)

    let removal = try transaction.deleteCascading(PromptRecord.self, id: first.id)
    #expect(Self.counts(removal) == ["prompts 1", "runs 1", "responses 2", "experiments 0", "generations 1"])
    #expect(removal.name == "greet v1")
    let tables = try transaction.checked().tables
    #expect(tables.prompts[first.id] == nil && tables.runs[run.id] == nil)
    #expect(tables.responses.entries(ofRun: other.id).count == 1)
    #expect(tables.experiments[experiment.id]?.arms.map(\.promptID) == [second.id])
    #expect(tables.generations.entries(ofExperiment: experiment.id).map(\.promptID) == [second.id])
  }

  @Test func `the newest other version becomes the current one`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    let draft = try transaction.updatePrompt(prompt.id, PromptChange(template: "Bye")).prompt
    #expect(try transaction.deleteCascading(PromptRecord.self, id: prompt.id).successor?.prompt.id == draft.id)
    #expect(transaction.tables.prompts[draft.id]?.current == true)
    #expect(try transaction.deleteCascading(PromptRecord.self, id: draft.id).successor?.prompt == nil)
  }

  @Test func `a draft has no successor`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    let draft = try transaction.updatePrompt(prompt.id, PromptChange(template: "Bye")).prompt
    #expect(try transaction.deleteCascading(PromptRecord.self, id: draft.id).successor?.prompt == nil)
  }

  @Test func `an experiment is deleted with its last version`() throws {
    var transaction = makeTransaction()
    let (first, second) = (try transaction.prompt(), try transaction.prompt("other", family: "g"))
    let experiment = try transaction.createExperiment(name: "e", promptIDs: [first.id, second.id], weights: [1, 0])
    _ = try transaction.deleteCascading(PromptRecord.self, id: first.id)
    // The remaining version had no share, and must be able to generate.
    #expect(transaction.tables.experiments[experiment.id]?.arms == [.init(promptID: second.id, weight: 1)])
    _ = transaction.generate(experiment.id, by: second.id)
    let removal = try transaction.deleteCascading(PromptRecord.self, id: second.id)
    #expect(Self.counts(removal) == ["prompts 1", "runs 0", "responses 0", "experiments 1", "generations 1"])
    #expect(try transaction.checked().tables.experiments.count == 0)
  }

  @Test func `deleting a dataset deletes only its runs`() throws {
    var transaction = makeTransaction()
    let (prompt, dataset) = (try transaction.prompt(), try transaction.dataset())
    _ = transaction.run(prompt: prompt.id, dataset: dataset.id, responses: 3)
    let kept = transaction.run(prompt: prompt.id)
    let removal = try transaction.deleteCascading(DatasetRecord.self, id: dataset.id)
    #expect(Self.counts(removal) == ["datasets 1", "runs 1", "responses 3"])
    #expect(try transaction.checked().tables.runs.newestFirst.map(\.id) == [kept.id])
  }

  @Test func `a run is counted once, with its responses`() throws {
    var transaction = makeTransaction()
    let run = transaction.run(prompt: try transaction.prompt().id, responses: 2)
    #expect(
      Self.counts(try transaction.deleteCascading(RunRecord.self, id: run.id)) == ["runs 1", "responses 2"])
  }

  @Test func `deleting an experiment deletes its generations, a session its exchanges`() throws {
    var transaction = makeTransaction()
    let (first, second) = (try transaction.prompt(), try transaction.prompt("other", family: "g"))
    let experiment = try transaction.createExperiment(name: "e", promptIDs: [first.id, second.id])
    _ = transaction.generate(experiment.id, by: first.id)
    #expect(
      Self.counts(try transaction.deleteCascading(ExperimentRecord.self, id: experiment.id))
        == ["experiments 1", "generations 1"])

    let sessions = ["a", "b"].map { transaction.session(named: $0).id }
    for session in sessions { transaction.insert(SessionExchangeRecord { $0.sessionID = session }) }
    #expect(
      Self.counts(try transaction.deleteCascading(SessionRecord.self, id: sessions[0]))
        == ["sessions 1", "session_exchanges 1"])
    #expect(try transaction.checked().tables.exchanges(ofSession: sessions[1]).count == 1)
  }

  @Test func `records that only refer to a deleted one stay`() throws {
    var transaction = makeTransaction()
    let metric = try transaction.createMetric(name: "tone", tagNames: ["x"])
    let group = try transaction.createMetricGroup(name: "g", metricIDs: [metric.id], tagNames: ["x", "y"])
    let credential = transaction.insert(ProviderCredentialRecord { $0.provider = "ollama" })
    var run = transaction.run(prompt: try transaction.prompt().id)
    run.providerCredentialID = credential.id
    transaction.put(run)

    #expect(Self.counts(try transaction.deleteCascading(TagRecord.self, id: 1)) == ["tags 1"])
    #expect(transaction.tables.metrics[metric.id]?.tagIDs == [])
    #expect(transaction.tables.metricGroups[group.id]?.tagIDs == [2])
    #expect(Self.counts(try transaction.deleteCascading(MetricRecord.self, id: metric.id)) == ["metrics 1"])
    #expect(transaction.tables.metricGroups[group.id]?.metricIDs == [])
    #expect(
      Self.counts(try transaction.deleteCascading(ProviderCredentialRecord.self, id: credential.id))
        == ["provider_credentials 1"])
    #expect(try transaction.checked().tables.runs[run.id]?.providerCredentialID == nil)
    #expect(
      Self.counts(try transaction.deleteCascading(MetricGroupRecord.self, id: group.id)) == ["metric_groups 1"])
  }

  @Test func `consent to a loss does not cover a larger one`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    let run = transaction.run(prompt: prompt.id, responses: 2)
    _ = transaction.run(prompt: prompt.id, status: .running, responses: 1)
    let id = run.id
    func stake(_ change: (inout Transaction) -> Void) throws -> DeletedOutput {
      var changed = transaction
      change(&changed)
      return try changed.deleteCascading(PromptRecord.self, id: prompt.id).stake
    }
    func answer(_ run: Int) -> ResponseRecord {
      ResponseRecord {
        $0.runID = run
        $0.rowIndex = 5
        $0.status = .completed
      }
    }
    let agreed = try stake { _ in }
    #expect(agreed.isBeingGenerated)
    #expect(agreed.text == "runs 1=2,2=live; others 0")
    #expect(agreed.covers(agreed))
    #expect(try !agreed.covers(stake { _ = $0.insert(answer(id)) }))
    // The running run continued while the user was asked.
    #expect(try agreed.covers(stake { _ = $0.insert(answer(2)) }))
    #expect(try agreed.covers(stake { $0.delete(RunRecord.self, id: id) }))
    #expect(try !agreed.covers(stake { _ = $0.run(prompt: prompt.id) }))
  }

  @Test func `only model output requires confirmation`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    var (planned, answered, running) = (transaction, transaction, transaction)
    #expect(try !planned.deleteCascading(PromptRecord.self, id: prompt.id).losesAnswers)
    _ = answered.run(prompt: prompt.id, responses: 1)
    #expect(try answered.deleteCascading(PromptRecord.self, id: prompt.id).losesAnswers)
    _ = running.run(prompt: prompt.id, status: .running)
    #expect(try running.deleteCascading(PromptRecord.self, id: prompt.id).losesAnswers)
  }

  @Test func `counting deletes nothing`() async throws {
    let fixture = EngineFixture { _, _ in "" }
    let id = try await fixture.makeRun()
    let removal = try await fixture.store.removal(of: RunRecord.self, id: id)
    #expect(Self.counts(removal) == ["runs 1", "responses 0"])
    #expect(try await fixture.store.read { $0.runs.count } == 1)
    await #expect(throws: EvaluationError.self) { try await fixture.store.removal(of: RunRecord.self, id: 9) }
  }
}
