import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// The range of every number of every record: an absurd number in the file is refused with its line, so that it never
/// causes trouble later.
@Suite struct NumberTests {
  let folder: TemporaryFolder

  init() throws { folder = TemporaryFolder() }

  /// Fields that hold arbitrary JSON.
  private static let freeForm = ["input", "inputs", "metadata", "provider_request", "provider_response"]

  /// The paths to the numbers of a record, through members and elements.
  private func ways(to value: JSONValue) -> [[String]] {
    switch value {
    case .integer, .double, .numeral: return [[]]
    case .array(let elements):
      return elements.enumerated().flatMap { index, element in ways(to: element).map { ["\(index)"] + $0 } }
    case .object(let object):
      return object.members.filter { !Self.freeForm.contains($0.key) }.flatMap { member in
        ways(to: member.value).map { [member.key] + $0 }
      }
    default: return []
    }
  }

  private func putting(_ number: JSONValue, at way: ArraySlice<String>, in value: JSONValue) -> JSONValue {
    guard let step = way.first else { return number }
    switch value {
    case .array(var elements):
      if let index = Int(step) { elements[index] = putting(number, at: way.dropFirst(), in: elements[index]) }
      return .array(elements)
    case .object(var object):
      object[step] = object[step].map { putting(number, at: way.dropFirst(), in: $0) }
      return .object(object)
    default: return value
    }
  }

  /// The lines of a file with one record each, and the paths to their numbers.
  private func lines() async throws -> [(text: String, record: JSONValue?)] {
    try await fillWithNumbers(openStore(folder.store))
    return try folder.text().split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("{\"id\":") else { return (String(line), nil) }
      return (String(line), try JSONValue(parsing: String(line.hasSuffix(",") ? line.dropLast() : line)))
    }
  }

  /// The line for which a file is refused; nil if it is read.
  private func damagedLine(_ text: String) -> Int? {
    do {
      _ = try DocumentLoader.load(Array(text.utf8), path: "s")
    } catch {
      if case .damaged(_, let line, _) = error { return line }
    }
    return nil
  }

  @Test(arguments: [
    JSONValue.double(1e300), -1, .numeral("9223372036854775808"), .double(-1e300), .double(1e18), .double(-0.5),
  ])
  func `an absurd number in any field of any record is refused with its line`(_ number: JSONValue) async throws {
    let lines = try await lines()
    var (kinds, count) = (Set<String>(), 0)
    for (index, line) in lines.enumerated() {
      guard let record = line.record else { continue }
      for way in ways(to: record) where way != ["seed"] || number.intValue == nil {
        var texts = lines.map(\.text)
        texts[index] = putting(number, at: way[...], in: record).text + (line.text.hasSuffix(",") ? "," : "")
        kinds.insert(way.joined(separator: "."))
        count += 1
        let found = damagedLine(texts.joined(separator: "\n"))
        #expect(found == index + 1, "\(number.text) as \(way.joined(separator: ".")) of \(line.text.prefix(60))")
      }
    }
    for field in [
      "row_count", "latency_ms", "cost", "judge_cost", "usage.prompt_tokens", "version_number", "snapshot.row_count",
      "arms.0.weight", "reviews.0.samples.2", "rubric_bands.0.stars", "input_price", "concurrency", "max_cost",
      "temperature", "top_p", "max_tokens", "sample_index", "uncounted_calls", "estimated_cost",
    ] {
      #expect(kinds.contains(field), "\(field)")
    }
    #expect(count > 120)
  }

  @Test func `what can be read can be written, and what cannot is refused before it is written`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let changes: [@Sendable (inout RunRecord) -> Void] = [
      { $0.concurrency = 0 },
      { $0.maxCost = .infinity }, { $0.judgeSamples = -1 }, { $0.metricIDs = [0] }, { $0.snapshot?.rowCount = -1 },
    ]
    for change in changes {
      await #expect(throws: StoreError.self) {
        try await store.commit { transaction in
          var run = run("r", promptID: 1)
          change(&run)
          transaction.insert(run)
        }
      }
    }
    try await store.commit { transaction in
      var run = run("largest", promptID: 1)
      run.settings = try RequestSettings(["max_tokens": .int(.max), "seed": .int(.min)])
      transaction.insert(run)
    }
    try await openStore(folder.store).prepare()
  }

  @Test(arguments: [Double.nan, .infinity, -0.01, 1e300])
  func `an impossible reported cost is unknown, and its answer is kept`(cost: Double)
    async throws
  {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    try await store.commit { transaction in
      var row = response(runID: runID, row: 2)
      (row.cost, row.judgeCost, row.latency) = (cost, cost, cost)
      transaction.insert(row)
      transaction.insert(experiment("e"))
      var made = generation(experimentID: 1)
      (made.cost, made.latency) = (cost, cost)
      transaction.insert(made)
    }
    let again = openStore(folder.store)
    let (row, made) = try await again.read {
      (try $0.responses.entries(ofRun: runID).last?.decoded(), try $0.generations.entry(1)?.decoded())
    }
    #expect(row?.cost == nil && row?.judgeCost == nil && row?.latency == nil && row?.responseText != nil)
    #expect(made != nil && made?.cost == nil && made?.latency == nil)
  }

  @Test(arguments: [
    "+292278994-08-17T07:12:55.807Z", "-0001-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "2026-11-31T00:00:00Z",
    "2026-02-29T00:00:00.000Z", "2026-11-21T10:15:60Z",
  ])
  func `a time that cannot be written is nil`(text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }
}
