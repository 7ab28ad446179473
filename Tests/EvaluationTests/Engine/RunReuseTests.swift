import Foundation
import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// Runs that copy answers in place of calls.
@Suite struct RunReuseTests {
  /// A fixture whose models repeat the prompt.
  static func echoing(pause: Double? = nil) -> EngineFixture { EngineFixture(pause: pause) { prompt, _ in prompt } }

  /// A new run with the settings of another one that copies answers.
  func copy(
    _ fixture: EngineFixture, of first: Int, _ change: @escaping @Sendable (inout RunRecord) throws -> Void = { _ in }
  ) async throws -> Int {
    try await fixture.store.commit { transaction in
      var run = RunRecord(like: try transaction.tables.find(RunRecord.self, first), in: transaction.tables)
      run.promptID = try transaction.tables.find(RunRecord.self, first).promptID
      (run.name, run.status, run.reuse) = ("copy", .pending, true)
      (run.createdAt, run.updatedAt) = (transaction.now, transaction.now)
      try change(&run)
      return transaction.insert(run).id
    }
  }

  func add(rows csv: String, to fixture: EngineFixture) async throws {
    try await fixture.store.commit { transaction in
      var dataset = try transaction.tables.find(DatasetRecord.self, 1)
      dataset.csvData += csv
      dataset.rowCount += csv.split(separator: "\n").count
      transaction.put(dataset)
    }
  }

  func figures(of id: Int, _ fixture: EngineFixture) async throws -> RunFigures {
    try await fixture.store.read { try #require($0.figures(ofRun: id)) }
  }

  @Test func `added rows are paid for, and the others are copied with a mark`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 20)
    let sources = try await fixture.generate(first).responses
    try await add(rows: "row 20,row 20\nrow 21,row 21\n", to: fixture)
    let id = try await copy(fixture, of: first)
    let outlook = await fixture.engine.outlook(ofRun: id)
    #expect(outlook.warnings.contains { $0.contains("20 of 22 answers") })
    #expect(outlook.cost?.likely == 0.02)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 22)
    #expect(fixture.models.calls.suffix(2).sorted() == ["row 20", "row 21"] && fixture.models.calls.count == 22)
    for (copy, source) in zip(responses, sources) {
      #expect(copy.reusedFrom == source.id && copy.responseText == source.responseText && copy.score == 1)
      #expect(copy.cost == 0 && copy.sourceCost == 0.01 && copy.usage == nil && copy.attempts == 0)
      #expect(copy.latency == source.latency && copy.finishReason == "stop" && copy.model == "m")
    }
    #expect(responses.suffix(2).allSatisfy { $0.reusedFrom == nil && $0.cost == 0.01 })
    let statistics = try await figures(of: id, fixture).statistics
    #expect(statistics.copied == 20 && statistics.totalCost == 0.02 && statistics.usage?.promptTokens == 20)
    #expect(statistics.averageScore == 1 && statistics.scoreCount == 22)
    #expect(try await fixture.warnings(of: id).contains { $0.contains("20 of 22 answers were copied") })
  }

  @Test func `a run without the setting copies nothing`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first) { $0.reuse = false }
    #expect(try await fixture.generate(id).responses.allSatisfy { $0.reusedFrom == nil })
    #expect(fixture.models.calls.count == 6)
  }

  @Test func `each answer to a row is copied by its number`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 4)
    try await fixture.change(first) { $0.repeats = 2 }
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first) { $0.repeats = 3 }
    let responses = try await fixture.generate(id).responses
    #expect(responses.count == 12 && fixture.models.calls.count == 8 + 4)
    #expect(responses.filter { $0.reusedFrom == nil }.map(\.repeatIndex) == [2, 2, 2, 2])
    #expect(Set(responses.compactMap(\.reusedFrom)).count == 8)
    let single = try await copy(fixture, of: first) { $0.repeats = 1 }
    let copies = try await fixture.generate(single).responses
    #expect(copies.allSatisfy { $0.repeatIndex == 0 && $0.reusedFrom != nil })
  }

  @Test func `equal rows do not share an answer`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 2)
    try await add(rows: "row 0,row 0\n", to: fixture)
    try await fixture.generate(first)
    try await add(rows: "row 0,row 0\n", to: fixture)
    let id = try await copy(fixture, of: first)
    let responses = try await fixture.generate(id).responses
    #expect(fixture.models.calls.count == 4)
    #expect(responses.map { $0.reusedFrom == nil } == [false, false, false, true])
    #expect(Set(responses.compactMap(\.reusedFrom)).count == 3)
  }

  @Test func `a copy of a copy names the answer that was paid for, whose run may be gone`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    let sources = try await fixture.generate(first).responses
    let second = try await copy(fixture, of: first)
    try await fixture.generate(second)
    try await fixture.store.commit { _ = try $0.deleteCascading(RunRecord.self, id: first) }
    let third = try await copy(fixture, of: second)
    let responses = try await fixture.generate(third).responses
    #expect(responses.map(\.reusedFrom) == sources.map(\.id) && responses.allSatisfy { $0.sourceCost == 0.01 })
    #expect(fixture.models.calls.count == 3)
  }

  @Test func `failed and empty answers are asked again`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call == 2 { throw .sample(.invalidRequest) }
      return call == 3 ? " " : prompt
    }
    let first = try await fixture.makeRun(rows: 4, concurrency: 1)
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first)
    let responses = try await fixture.generate(id).responses
    #expect(responses.map { $0.reusedFrom == nil } == [false, true, true, false])
    #expect(fixture.models.calls.count == 6)
  }

  @Test func `another request is another answer`() async throws {
    let changes: [@Sendable (inout RunRecord) throws -> Void] = [
      { $0.model = "other" }, { try $0.settings.set(.maxTokens, 7) }, { try $0.settings.set(.seed, 8) },
      { try $0.settings.set(.systemPrompt, "Be kind.") },
    ]
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    try await fixture.change(first) { do { try $0.settings.set(.seed, 7) } catch { Issue.record(error) } }
    try await fixture.generate(first)
    for change in changes {
      let id = try await copy(fixture, of: first, change)
      #expect(try await fixture.generate(id).responses.allSatisfy { $0.reusedFrom == nil })
    }
    #expect(fixture.models.calls.count == 15)
  }

  @Test func `an answer from another address is another answer`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    try await fixture.generate(first)
    fixture.models.moveTo("https://example.com")
    let id = try await copy(fixture, of: first)
    let (run, responses) = try await fixture.generate(id)
    #expect(
      responses.allSatisfy { $0.reusedFrom == nil } && run.snapshot?.destination?.address == "https://example.com")
  }

  @Test func `a run whose requests went to two addresses is no source`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    try await fixture.generate(first)
    try await fixture.change(first) { $0.repeats = 2 }
    fixture.models.moveTo("https://example.com")
    #expect(try await fixture.generate(first).run.snapshot?.destination == nil)
    let id = try await copy(fixture, of: first)
    #expect(try await fixture.generate(id).responses.allSatisfy { $0.reusedFrom == nil })
  }

  @Test func `another prompt that sends the same text is the same request`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3, concurrency: 1)
    try await fixture.generate(first)
    try await fixture.store.commit { transaction in
      var prompt = try transaction.tables.find(PromptRecord.self, 1)
      (prompt.id, prompt.template, prompt.versionNumber) = (0, "row {{ n }}", 2)
      let id = transaction.insert(prompt).id
      var dataset = try transaction.tables.find(DatasetRecord.self, 1)
      (dataset.id, dataset.csvData, dataset.columns) = (0, "n\n0\n1\n2\n", ["n"])
      let datasetID = transaction.insert(dataset).id
      var run = try transaction.tables.find(RunRecord.self, 1)
      (run.promptID, run.datasetID, run.scoring) = (id, datasetID, .none)
      (run.id, run.snapshot, run.status, run.reuse) = (0, nil, .pending, true)
      transaction.insert(run)
    }
    #expect(try await fixture.generate(2).responses.map(\.reusedFrom) == [1, 2, 3])
  }

  @Test func `a killed run keeps its copies and copies none twice`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 6)
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first)
    let copies = try await fixture.generate(id).responses
    try await fixture.store.commit { transaction in
      transaction.deleteResponses(ofRun: id)
      for var response in copies.prefix(4) {
        response.id = 0
        transaction.insert(response)
      }
      var run = try transaction.tables.find(RunRecord.self, id)
      run.status = .running
      transaction.put(run)
    }
    let responses = try await fixture.generate(id).responses
    #expect(responses.map(\.reusedFrom) == copies.map(\.reusedFrom) && fixture.models.calls.count == 6)
  }

  @Test func `a restart answers anew and turns reuse off`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 3)
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first)
    try await fixture.generate(id)
    let (run, responses) = try await fixture.generate(id, .init(restart: true))
    #expect(responses.allSatisfy { $0.reusedFrom == nil } && fixture.models.calls.count == 6)
    #expect(!run.reuse && run.warnings.contains { $0.contains("reuse was turned off") })
  }
}
