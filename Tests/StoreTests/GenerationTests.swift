import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

@Suite struct GenerationTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = TemporaryFolder()
    store = openStore(folder.store)
  }

  /// Two experiments, with one prompt version more than ``fill(_:)``.
  private func fillExperiments() async throws {
    try await fill(store)
    try await store.commit { transaction in
      transaction.insert(prompt("second"))
      transaction.insert(experiment("first", promptIDs: [1, 2]))
      transaction.insert(experiment("other", promptIDs: [2]))
      for promptID in [1, 2, 2] { transaction.insert(generation(experimentID: 1, promptID: promptID)) }
      transaction.insert(generation(experimentID: 2, promptID: 2))
    }
  }

  private func ids(_ store: Store, ofExperiment id: Int) async throws -> [Int] {
    try await store.read { $0.generations.entries(ofExperiment: id).map(\.id) }
  }

  @Test func `a generation and its experiment are read back unchanged, from the journal and from the records`()
    async throws
  {
    try await fillExperiments()
    for _ in 0..<2 {
      let again = openStore(folder.store)
      let (record, entry, found) = try await again.read { tables in
        (tables.experiments[1], try tables.generations.entry(3)?.decoded(), tables.generations.entry(3))
      }
      #expect(record == experiment("first", promptIDs: [1, 2], id: 1))
      #expect(entry == generation(experimentID: 1, promptID: 2, id: 3))
      #expect(found?.outcome == .negative && found?.isFailed == false && found?.cost == 0.001)
      #expect(found?.latency == 12.5 && found?.promptTokens == 10 && found?.completionTokens == 5)
      // Closing folds the journal into the records.
      await store.close()
    }
  }

  @Test func `a lost call keeps the cost of the others, and makes the whole unknown`() async throws {
    try await fillExperiments()
    try await store.commit { transaction in
      var lost = generation(experimentID: 1)
      lost.uncountedCalls = 2
      transaction.insert(lost)
      var free = generation(experimentID: 1)
      (free.status, free.usage, free.cost) = (.failed, nil, nil)
      transaction.insert(free)
    }
    for store in [store, openStore(folder.store)] {
      let entries = try await store.read { $0.generations.entries(ofExperiment: 1).suffix(2).map(\.self) }
      #expect(entries[0].cost == nil && entries[0].knownCost == 0.001 && entries[0].uncountedCalls == 2)
      #expect(entries.map(\.lacksCost) == [false, false])
      let record = try entries[0].decoded()
      #expect(record.totalCost == nil && record.cost == 0.001 && record.uncountedCalls == 2 && record.isPaid)
      #expect(try !entries[1].decoded().isPaid)
    }
  }

  @Test func `deleting an experiment deletes its generations, a prompt version only its own`() async throws {
    try await fillExperiments()
    try await store.commit { #expect($0.deleteGenerations(ofExperiment: 1, byPrompt: 2) == 2) }
    #expect(try await ids(store, ofExperiment: 1) == [1])
    #expect(try await ids(openStore(folder.store), ofExperiment: 1) == [1])
    #expect(try await ids(openStore(folder.store), ofExperiment: 2) == [4])
    try await store.commit { _ = $0.delete(ExperimentRecord.self, id: 2) }
    let again = openStore(folder.store)
    #expect(try await ids(again, ofExperiment: 2) == [])
    #expect(try await again.commit { $0.insert(generation(experimentID: 1)).id } == 5)
  }

  @Test func `a rollback leaves nothing behind`() async throws {
    struct Refusal: Error {}
    try await fillExperiments()
    let text = try folder.text()
    for step in 0..<4 {
      await #expect(throws: Refusal.self) {
        try await store.commit { transaction in
          switch step {
          case 0: transaction.insert(generation(experimentID: 1))
          case 1: transaction.put(generation(experimentID: 1, id: 2))
          case 2: transaction.deleteGenerations(ofExperiment: 1, byPrompt: 2)
          default: transaction.delete(ExperimentRecord.self, id: 1)
          }
          throw Refusal()
        }
      }
      #expect(try await ids(store, ofExperiment: 1) == [1, 2, 3])
    }
    #expect(try folder.text() == text)
    #expect(try await store.commit { $0.insert(generation(experimentID: 1)).id } == 5)
  }

  @Test func `a generation without its experiment is not written`() async throws {
    try await fillExperiments()
    let text = try folder.text()
    let wrong: [@Sendable (inout Transaction) -> Void] = [
      { _ = $0.insert(generation(experimentID: 9)) }, { _ = $0.insert(generation(experimentID: 1, promptID: 9)) },
      { $0.put(generation(experimentID: 2, id: 1)) }, { _ = $0.insert(experiment("x", promptIDs: [9])) },
      { _ = $0.delete(PromptRecord.self, id: 2) },
    ]
    for change in wrong { await #expect(throws: StoreError.self) { try await store.commit(change) } }
    #expect(try folder.text() == text)
  }

  @Test(arguments: [
    ("\"experiment_id\":1", "\"experiment_id\":9"), ("\"sample_index\":2", "\"sample_index\":-1"),
    ("\"outcome_order\":3", "\"outcome_order\":-1"),
    ("\"outcome\":\"negative\"", "\"outcome\":\"fine\""), ("\"inputs\":{", "\"inputs\":[{"),
    ("\"cost\":0.001", "\"cost\":\"0.001\""), ("\"warnings\":[", "\"warnings\":[1,"), ("\"user\":", "\"usher\":"),
    ("\"prompt_tokens\":10", "\"prompt_tokens\":-10"), ("\"status\":\"completed\"", "\"status\":null"),
  ])
  func `a damaged generation is refused with its line`(_ good: String, _ bad: String) async throws {
    let line = String(decoding: generation(experimentID: 1, id: 1).encoded, as: UTF8.self)
    let prompt = String(decoding: prompt("p", id: 1).encoded, as: UTF8.self)
    let experiment = String(decoding: experiment("e", id: 1).encoded, as: UTF8.self)
    func text(_ line: String) -> String {
      "{\"completion_kit\":2,\"prompts\":[\(prompt)],\"experiments\":[\(experiment)],\"generations\":[\n\(line)\n]}"
    }
    #expect(try DocumentLoader.load(Array(text(line).utf8), path: "s").tables.generations.count == 1)
    let damaged = try #require(line.contains(good) ? line.replacingOccurrences(of: good, with: bad) : nil)
    do {
      _ = try DocumentLoader.load(Array(text(damaged).utf8), path: "s")
      Issue.record("accepted")
    } catch {
      guard case .damaged(_, let found, _) = error else { throw error }
      #expect(found == 2)
    }
  }

  @Test func `outcomes recorded before format 12 count before all others`()
    async throws
  {
    try await fillExperiments()
    await store.close()
    let text = try folder.text().replacingOccurrences(of: "\"outcome_order\":3,", with: "")
      .replacingOccurrences(of: "\"completion_kit\": \(StoreFormat.current.version)", with: "\"completion_kit\": 11")
      .replacingOccurrences(
        of:
          "\"id\":2,\"experiment_id\":1,\"prompt_id\":2,\"sample_index\":2,\"status\":\"completed\",\"outcome\":\"negative\"",
        with: "\"id\":2,\"experiment_id\":1,\"prompt_id\":2,\"sample_index\":2,\"status\":\"completed\"")
    try folder.write(text)
    let again = openStore(folder.store)
    #expect(try await again.read { $0.generations.entries(ofExperiment: 1).map(\.outcomeOrder) } == [0, nil, 0])
    try await again.commit { _ = $0.insert(tag("new")) }
    #expect(try String(contentsOfFile: folder.store + ".format-11", encoding: .utf8) == text)
    let orders = try await openStore(folder.store).read { $0.generations.entries(ofExperiment: 1).map(\.outcomeOrder) }
    #expect(orders == [0, nil, 0])
  }

  /// Format 1 had no member for kinds added later.
  @Test(arguments: [0, 20])
  func `a file of format 1 is read, its torn last entry left out, and it is kept beside the new one`(_ cut: Int)
    async throws
  {
    try await fill(store)
    await store.close()
    let writer = openStore(folder.store)
    try await writer.commit { _ = $0.insert(tag("second")) }
    try await writer.commit { _ = $0.insert(tag("third")) }
    let current = StoreFormat.current.version
    let newKinds = RecordKind.allCases.filter { $0.type.firstFormat > 1 }.map(\.rawValue)
    #expect(newKinds.contains("experiments"))
    var text = try folder.text().replacingOccurrences(
      of: "\"completion_kit\": \(current)", with: "\"completion_kit\": 1")
    for kind in newKinds {
      text = text.replacingOccurrences(of: "\"\(kind)\": [],\n", with: "")
      text = text.replacingOccurrences(of: ",\"\(kind)\":0", with: "")
    }
    text.removeLast(cut)
    try folder.write(text)
    let again = openStore(folder.store)
    #expect(try await again.read { $0.tags.count } == (cut == 0 ? 3 : 2))
    #expect(try folder.text() == text)
    try await again.commit { _ = $0.insert(experiment("e")) }
    #expect(try folder.text().hasPrefix("{\n\"completion_kit\": \(current),"))
    #expect(try String(contentsOfFile: folder.store + ".format-1", encoding: .utf8) == text)
  }
}
