import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// Files of an older format, for example one in which tags had a `colour` and responses a `text`.
@Suite struct FormatTests {
  let folder: TemporaryFolder
  /// The current format, which is the older one here.
  let old = StoreFormat.current.version
  let next = StoreFormat(
    version: StoreFormat.current.version + 1,
    upgrades: [
      StoreFormat.current.version: [
        .tags: { record in
          guard let color = record["colour"] else { return }
          record["colour"] = nil
          record["color"] = color
        },
        .responses: { record in
          guard let text = record["text"] else { return }
          record["text"] = nil
          record["response_text"] = text
        },
      ]
    ])

  init() throws { folder = TemporaryFolder() }

  /// A file left by a program of the older format, with records and a journal, perhaps with a torn last entry.
  private func writeOldFile(cutting count: Int = 0) async throws -> String {
    let store = openStore(folder.store)
    try await fill(store)
    await store.close()
    try await openStore(folder.store).commit { transaction in
      transaction.insert(tag("second"))
      transaction.insert(response(runID: 1, row: 2))
    }
    try await openStore(folder.store).commit { _ = $0.insert(tag("third")) }
    let text = String(
      try folder.text().replacingOccurrences(of: "\"color\"", with: "\"colour\"")
        .replacingOccurrences(of: "\"response_text\"", with: "\"text\"").dropLast(count))
    try folder.write(text)
    return text
  }

  private func files() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/kit"))
  }

  @Test func `assumed prices are read from the warnings of format 13`() throws {
    let price = """
      The cost of a model at home at http://127.0.0.1:4000 is estimated with OpenAI's list price; input_price and output_price \
      of credential 12 replace it.
      """
    var record: JSONObject = ["warnings": ["The cost of 3 answers is not known.", .string(price)]]
    for upgrade in StoreFormat.current.upgrades(from: 13)[.runs] ?? [] { try upgrade(&record) }
    #expect(record["warnings"] == ["The cost of 3 answers is not known."])
    #expect(
      record["assumed_prices"] == [
        ["model": "a model at home", "origin": "http://127.0.0.1:4000", "list": "OpenAI", "credential_id": 12]
      ])
    var other: JSONObject = ["warnings": ["The cost of 3 answers is not known."]]
    let before = other
    for upgrade in StoreFormat.current.upgrades(from: 13)[.runs] ?? [] { try upgrade(&other) }
    #expect(other == before)
  }

  @Test func `the number of lost calls of format 14 was a warning`() throws {
    var record: JSONObject = [
      "warnings": [
        "Other.",
        "Servers were killed while up to 40 calls were under way: they are made again, and what they cost is in no figure of 9.",
      ]
    ]
    for upgrade in StoreFormat.current.upgrades(from: 14)[.runs] ?? [] { try upgrade(&record) }
    #expect(record["warnings"] == ["Other."] && record["lost_calls"] == 40)
    var other: JSONObject = ["warnings": ["Other."]]
    for upgrade in StoreFormat.current.upgrades(from: 14)[.runs] ?? [] { try upgrade(&other) }
    #expect(other == ["warnings": ["Other."]])
  }

  @Test func `the number of server errors of format 17 was a warning`() throws {
    let warning = "18 calls ended in a server error (500 or 502) without token counts and count as $0."
    var record: JSONObject = ["warnings": ["Other.", .string(warning)]]
    for upgrade in StoreFormat.current.upgrades(from: 17)[.runs] ?? [] { try upgrade(&record) }
    #expect(record == ["warnings": ["Other."], "server_errors": 18])
  }

  @Test func `an older file is read unchanged, and rewritten with the old one kept beside it`()
    async throws
  {
    let text = try await writeOldFile()
    let store = openStore(folder.store, format: next, lockPatience: 10)
    #expect(try await store.read { $0.tags.newestFirst.map(\.color) } == ["mint", "mint", "mint"])
    #expect(try folder.text() == text)
    #expect(try await store.commit { $0.insert(tag("fourth")).id } == 4)
    #expect(try files() == ["store.json", "store.json.lock", "store.json.format-\(old)"])
    #expect(try String(contentsOfFile: folder.store + ".format-\(old)", encoding: .utf8) == text)
    #expect(try folder.mode(of: folder.store + ".format-\(old)") == 0o600)
    #expect(try folder.text().hasPrefix("{\n\"completion_kit\": \(next.version),"))
    #expect(try !folder.text().contains("colour"))
    let again = openStore(folder.store, format: next, lockPatience: 10)
    #expect(try await again.read { $0.tags.count } == 4)
    let texts = try await again.read { try $0.responses.entries(ofRun: 1).map { try $0.decoded().responseText } }
    #expect(texts.count == 3 && texts.allSatisfy { $0 != nil })
    try await again.commit { _ = $0.insert(tag("fifth")) }
    #expect(try files().count == 3)
  }

  @Test func `the program of the older format refuses the newer file, even while it runs`() async throws {
    _ = try await writeOldFile()
    try folder.write(
      try folder.text().replacingOccurrences(of: "\"colour\"", with: "\"color\"")
        .replacingOccurrences(of: "\"text\"", with: "\"response_text\""))
    let running = openStore(folder.store)
    #expect(try await running.read { $0.tags.count } == 3)
    try await openStore(folder.store, format: next, lockPatience: 10).commit { _ = $0.insert(tag("fourth")) }
    let before = try folder.text()
    for _ in 0..<2 {
      await #expect(throws: StoreError.newerFormat(path: folder.store, version: next.version)) {
        try await running.commit { _ = $0.insert(tag("fifth")) }
      }
    }
    #expect(try folder.text() == before)
  }

  @Test func `a kept file is never overwritten`() async throws {
    let kept = folder.store + ".format-\(old)"
    _ = try await writeOldFile()
    try Data("mine".utf8).write(to: URL(fileURLWithPath: kept))
    try await openStore(folder.store, format: next, lockPatience: 10).commit { _ = $0.insert(tag("fourth")) }
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "mine")
    #expect(try files().contains("store.json.format-\(old)-2"))
  }

  @Test func `an older file that cannot be replaced is kept once, however often that is tried`() async throws {
    let text = try await writeOldFile()
    // Nothing can be written in place of a non-empty folder.
    try FileManager.default.createDirectory(atPath: folder.store + ".new/x", withIntermediateDirectories: true)
    for _ in 0..<3 {
      await #expect(throws: StoreError.self) {
        try await openStore(folder.store, format: next, lockPatience: 10).commit { _ = $0.insert(tag("fourth")) }
      }
    }
    try FileManager.default.removeItem(atPath: folder.store + ".new")
    try await openStore(folder.store, format: next, lockPatience: 10).commit { _ = $0.insert(tag("fourth")) }
    #expect(try files() == ["store.json", "store.json.lock", "store.json.format-\(old)"])
    #expect(try String(contentsOfFile: folder.store + ".format-\(old)", encoding: .utf8) == text)
  }

  @Test func `a torn last entry is left out of an older file too`() async throws {
    let text = try await writeOldFile(cutting: 30)
    let store = openStore(folder.store, format: next, lockPatience: 10)
    #expect(try await store.commit { $0.insert(tag("third again")).id } == 3)
    #expect(try String(contentsOfFile: folder.store + ".format-\(old)", encoding: .utf8) == text)
  }

  @Test func `damage in an older file is refused with its line, and nothing is kept or written`() async throws {
    let text = try await writeOldFile().replacingOccurrences(of: "\"text\":\"A text", with: "\"text\":7,\"x\":\"A text")
    try folder.write(text)
    let line = try #require(text.split(separator: "\n").firstIndex { $0.contains("\"text\":7") }) + 1
    do {
      try await openStore(folder.store, format: next, lockPatience: 10).commit { _ = $0.insert(tag("fourth")) }
      Issue.record("accepted")
    } catch StoreError.damaged(_, let found, _) {
      #expect(found == line)
    }
    #expect(try folder.text() == text)
    #expect(try !files().contains("store.json.format-\(old)"))
  }

  /// A file left by a program of format 2.
  private static let formatTwo = """
    {
    "completion_kit": 2,
    "last_ids": {"prompts":1,"runs":1,"responses":1,"reviews":1},
    "tags": [],
    "provider_credentials": [],
    "prompts": [
    {"id":1,"name":"p","template":"t","llm_model":"echo","family_key":"f","version_number":1,"current":true,\
    "created_at":"2026-11-21T08:40:31.322Z","updated_at":"2026-11-21T08:40:31.322Z"}
    ],
    "datasets": [],
    "metrics": [],
    "metric_groups": [],
    "runs": [
    {"id":1,"name":"r","status":"completed","prompt_id":1,"scoring":"LlmJudge","metric_ids":[1],"judge_model":"gpt-4.1",\
    "concurrency":8,"cancel_requested":false,"snapshot":{"prompt_name":"p","prompt_version":1,"template":"t",\
    "model":"echo","row_count":1},"created_at":"2026-11-21T08:40:31.322Z","updated_at":"2026-11-21T08:40:31.322Z"}
    ],
    "responses": [
    {"id":1,"run_id":1,"row_index":0,"status":"completed","input":{},"response_text":"a","score":4.0,"reviews":[\
    {"id":1,"metric_id":1,"metric_name":"m","status":"completed","score":4.0,"feedback":"good"}],"attempts":1,\
    "cost":0.001,"created_at":"2026-11-21T08:40:31.322Z"}
    ],
    "experiments": [],
    "generations": [],
    "sessions": [],
    "session_exchanges": [],
    "journal": [
    ]
    }

    """

  @Test func `a file of format 2 is read, its scores have no recorded origin, and the first change keeps a copy`()
    async throws
  {
    try folder.write(Self.formatTwo)
    let store = openStore(folder.store)
    let entry = try #require(try await store.read { $0.responses.entries(ofRun: 1).first })
    #expect(entry.score == 4 && entry.comparison == 0 && entry.cost == 0.001 && entry.uncountedCalls == 0)
    #expect(entry.reviews.map(\.origin) == [0] && entry.reviews.map(\.score) == [4])
    let review = try #require(try entry.decoded().reviews.first)
    #expect(review.judgeModel == nil && review.fingerprint == nil && review.samples.isEmpty)
    #expect(try folder.text() == Self.formatTwo)
    try await store.commit { _ = $0.insert(tag("first")) }
    #expect(try String(contentsOfFile: folder.store + ".format-2", encoding: .utf8) == Self.formatTwo)
    #expect(try folder.text().hasPrefix("{\n\"completion_kit\": \(StoreFormat.current.version),"))
    #expect(try await openStore(folder.store).read { $0.responses.entries(ofRun: 1).first?.score } == 4)
  }

  @Test func `texts of format 3 are sent as before: a backslash and a variable of a system prompt are text`()
    async throws
  {
    let run = """
      {"id":1,"name":"r","status":"completed","prompt_id":1,"scoring":"None","system_prompt":"Use {{ x }} \\\\{{ y }}",\
      "concurrency":1,"cancel_requested":false,"snapshot":{"prompt_name":"p","prompt_version":1,\
      "template":"\\\\{{ word }}","model":"m","row_count":1},\
      "created_at":"2026-11-21T08:40:31.322Z","updated_at":"2026-11-21T08:40:31.322Z"}
      """
    let prompt = String(decoding: prompt("p", id: 1).encoded, as: UTF8.self)
      .replacingOccurrences(
        of: "Say {{ word }} \\\"twice\\\"", with: #"\\{{ word }} \\{{}} {{ a }} \\{{'a': 2,\n'b': 1}}"#)
    try folder.write("{\"completion_kit\":3,\"prompts\":[\(prompt)],\"runs\":[\(run)]}")
    try await openStore(folder.store).read { tables in
      #expect(tables.prompts[1]?.template.hasPrefix("\\\\{{ word }} \\{{}} {{ a }} \\{{'a': 2,\n'b': 1}}") == true)
      #expect(tables.runs[1]?.settings.systemPrompt == #"Use \{{ x }} \\\{{ y }}"#)
      #expect(tables.runs[1]?.snapshot?.template == #"\\{{ word }}"#)
    }
  }

  @Test(arguments: [
    (("gpt-6-luna", "00ff", 1), ("gpt-6-luna", "00ff", 3)), (("gpt-6-luna", "00ff", 1), ("gpt-6-luna", "00fe", 1)),
    (("gpt-6-luna", "00ff", 1), ("gpt-6-sol", "00ff", 1)), (("a", "bc", 1), ("ab", "c", 1)),
  ])
  func `reviews differ in origin by judge, wording and samples`(
    _ one: (String, String, Int), _ other: (String, String, Int)
  ) {
    func origin(_ parts: (String, String, Int)) -> UInt64 {
      Origin.ofReview(judgeModel: parts.0, fingerprint: parts.1, judgeSamples: parts.2)
    }
    #expect(origin(one) == origin(one) && origin(one) != origin(other) && origin(one) != 0)
  }

  @Test func `the version is found wherever a tool has put it`() throws {
    let tagLine = String(decoding: tag("a", id: 1).encoded, as: UTF8.self)
      .replacingOccurrences(of: "color", with: "colour")
    let text = "{\"tags\":[\(tagLine)],\n\"journal\":[],\"completion_kit\":\(old)}"
    #expect(try DocumentLoader.load(Array(text.utf8), path: "s", format: next).tables.tags[1]?.color == "mint")
    #expect(throws: StoreError.newerFormat(path: "s", version: next.version)) {
      try DocumentLoader.load(Array("{\"novelties\":[],\"completion_kit\":\(next.version)}".utf8), path: "s")
    }
  }
}
