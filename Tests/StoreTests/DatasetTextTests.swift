import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// Datasets whose texts are lines of their own in the file.
@Suite struct DatasetTextTests {
  let folder = TemporaryFolder()
  private static let csv = "word,note\n\u{e9},\"a \"\"b\"\"\"\n\u{2028},c\\n\n"

  private func insert(_ csv: String, in store: Store) async throws -> Int {
    try await store.commit { transaction in
      transaction.insert(
        DatasetRecord {
          $0.name = "words"
          $0.csvData = csv
          $0.columns = ["word", "note"]
          $0.rowCount = 2
        }
      ).id
    }
  }

  private func change(_ id: Int, in store: Store, _ body: @escaping @Sendable (inout DatasetRecord) -> Void)
    async throws
  {
    try await store.commit { transaction in
      var dataset = try #require(transaction.tables.datasets[id])
      body(&dataset)
      transaction.put(dataset)
    }
  }

  private func texts(_ store: Store) async throws -> [String] {
    try await store.read { $0.datasets.newestFirst.reversed().map(\.csvData) }
  }

  private var size: Int { get throws { try Data(contentsOf: URL(fileURLWithPath: folder.store)).count } }

  @Test func `a text survives a restart from the journal and from the document, and hashes alike`() async throws {
    let store = openStore(folder.store)
    let id = try await insert(Self.csv, in: store)
    let before = try await store.read { $0.datasets[id]?.text?.hash }
    let running = openStore(folder.store)
    #expect(try await texts(running) == [Self.csv])
    await store.close()
    let again = openStore(folder.store)
    let text = try #require(try await again.read { $0.datasets[id]?.text })
    #expect(text.string == Self.csv)
    #expect(try await again.read { $0.datasets[id]?.byteCount } == Self.csv.utf8.count)
    #expect(text.hash == before && text == DatasetText(Array(Self.csv.utf8)))
  }

  @Test func `a long text that a killed process has not written to its end is lost as a whole, and nothing else`()
    async throws
  {
    let store = openStore(folder.store)
    _ = try await insert(Self.csv, in: store)
    let url = URL(fileURLWithPath: folder.store)
    let before = try Data(contentsOf: url)
    // Longer than what is written in one part.
    _ = try await insert("word,note\n" + String(repeating: "\"x\u{2028}\"", count: 300_000) + ",1\n", in: store)
    let whole = try Data(contentsOf: url)
    let start = before.count - JournalTail.closing.count
    #expect(whole.prefix(start) == before.prefix(start) && whole.count > 1 << 20)
    // What is written grows from the end of the last entry, without its closing brackets.
    for end in [
      start, start + 1, start + 2, start + 3, start + 40, start + (1 << 20), whole.count - 6, whole.count - 5,
    ] {
      let other = TemporaryFolder()
      let place = URL(fileURLWithPath: other.store)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try whole.prefix(end).write(to: place)
      let reopened = openStore(other.store)
      let found = try await texts(reopened)
      #expect(found.first == Self.csv && found.count == (end < whole.count - 5 ? 1 : 2), "\(end - start)")
      await reopened.close()
    }
    await store.close()
  }

  @Test func `a rename writes one short line`() async throws {
    let long = "word,note\n" + String(repeating: "x", count: 1 << 20) + ",1\ny,2\n"
    let store = openStore(folder.store)
    let id = try await insert(long, in: store)
    let before = try size
    try await change(id, in: store) { $0.name = "renamed" }
    #expect(try size - before < 500)
    await store.close()
    let again = openStore(folder.store)
    let start = try size
    try await change(id, in: again) { $0.name = "again" }
    #expect(try size - start < 500)
    #expect(try await texts(again) == [long])
    #expect(try await texts(openStore(folder.store)) == [long])
  }

  @Test func `another process sees a new text and a rename`() async throws {
    let (first, second) = (openStore(folder.store), openStore(folder.store))
    let id = try await insert(Self.csv, in: first)
    #expect(try await texts(second) == [Self.csv])
    try await change(id, in: second) { $0.name = "second" }
    try await change(id, in: first) { $0.csvData = "new\n1\n" }
    #expect(try await texts(second) == ["new\n1\n"])
    #expect(try await first.read { $0.datasets[id]?.name } == "second")
    try await change(id, in: second) { $0.name = "third" }
    #expect(try await texts(first) == ["new\n1\n"])
  }

  @Test func `a deleted dataset leaves no text, even if it was inserted in the same transaction`() async throws {
    let store = openStore(folder.store)
    let id = try await insert(Self.csv, in: store)
    try await store.commit { _ = $0.delete(DatasetRecord.self, id: id) }
    try await store.commit { transaction in
      let dataset = transaction.insert(DatasetRecord { $0.csvData = "gone\n1\n" })
      transaction.delete(DatasetRecord.self, id: dataset.id)
    }
    #expect(try await insert("next\n1\n", in: store) == id + 2)
    #expect(try await texts(openStore(folder.store)) == ["next\n1\n"])
    await store.close()
    #expect(try !folder.text().contains("gone") && folder.text().contains("next"))
  }

  @Test func `a failed change leaves the text as it was`() async throws {
    struct Failure: Error {}
    let store = openStore(folder.store)
    let id = try await insert(Self.csv, in: store)
    await #expect(throws: Failure.self) {
      try await store.commit { transaction in
        var dataset = try #require(transaction.tables.datasets[id])
        dataset.csvData = "other\n1\n"
        transaction.put(dataset)
        throw Failure()
      }
    }
    #expect(try await texts(store) == [Self.csv])
    #expect(try await texts(openStore(folder.store)) == [Self.csv])
  }

  /// A file of format 8, whose dataset was changed in its journal.
  private static let format8 = """
    {
    "completion_kit": 8,
    "last_ids": {"datasets":2},
    "tags": [],
    "provider_credentials": [],
    "prompts": [],
    "datasets": [
    {"id":1,"name":"a","csv_data":"x\\n1\\n","columns":["x"],"row_count":1,"created_at":"2026-01-01T00:00:00.000Z",\
    "updated_at":"2026-01-01T00:00:00.000Z"}
    ],
    "metrics": [],
    "metric_groups": [],
    "runs": [],
    "responses": [],
    "experiments": [],
    "generations": [],
    "sessions": [],
    "session_exchanges": [],
    "verdicts": [],
    "looks": [],
    "displays": [],
    "journal": [
    {"put":{"datasets":[{"id":1,"name":"b","csv_data":"x\\n2\\n","columns":["x"],"row_count":1,\
    "created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}]}}
    ]}

    """

  @Test func `a file of format 8 is upgraded with its first change and kept beside the new one`() async throws {
    try folder.write(Self.format8)
    let store = openStore(folder.store)
    #expect(try await texts(store) == ["x\n2\n"])
    #expect(try await store.read { $0.datasets[1]?.byteCount } == 4)
    #expect(try folder.text() == Self.format8)
    try await change(1, in: store) { $0.name = "c" }
    #expect(try String(contentsOfFile: folder.store + ".format-8", encoding: .utf8) == Self.format8)
    #expect(try await texts(openStore(folder.store)) == ["x\n2\n"])
    await store.close()
    let document = try JSONValue(parsing: folder.text())
    #expect(document["datasets"]?.arrayValue?.first?["csv_data"] == nil)
    #expect(document["dataset_texts"] == [["id": 1, "csv_data": "x\n2\n"]])
  }

  @Test(arguments: [true, false]) func `members in another order are read`(isFolded: Bool) async throws {
    let store = openStore(folder.store)
    let id = try await insert(Self.csv, in: store)
    if isFolded { await store.close() }
    let document = try JSONSerialization.jsonObject(with: Data(folder.text().utf8))
    let sorted = try JSONSerialization.data(withJSONObject: document, options: [.sortedKeys, .prettyPrinted])
    // "dataset_texts" comes before "datasets", in the document and in an entry of the journal.
    try folder.write(String(decoding: sorted, as: UTF8.self))
    let again = openStore(folder.store)
    #expect(try await texts(again) == [Self.csv])
    try await change(id, in: again) { $0.name = "again" }
    #expect(try await texts(openStore(folder.store)) == [Self.csv])
  }

  @Test func `a dataset without a text, and a text without a dataset, are damage with a line`() async throws {
    let store = openStore(folder.store)
    _ = try await insert("word\n1\n", in: store)
    await store.close()
    let text = try folder.text()
    let line = "{\"id\":1,\"csv_data\":\"word\\n1\\n\"}"
    #expect(text.contains(line))
    try folder.write(text.replacing("[\n\(line)\n]", with: "[]"))
    await #expect(throws: StoreError.self) { try await openStore(folder.store).prepare() }
    try folder.write(text.replacing("{\"id\":1,\"csv_data\"", with: "{\"id\":7,\"csv_data\""))
    do {
      try await openStore(folder.store).prepare()
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains("there is no dataset 7"))
    }
  }
}
