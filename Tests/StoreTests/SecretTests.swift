import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// Removed or replaced keys are nowhere on disk.
@Suite struct SecretTests {
  static let key = "sk-test-0123456789/abcdef"
  let folder: TemporaryFolder
  let notices = SharedList<String>()

  init() throws { folder = TemporaryFolder() }

  private static func credential(_ key: String?, id: Int = 0) -> ProviderCredentialRecord {
    ProviderCredentialRecord {
      $0.id = id
      $0.provider = "openai"
      $0.apiKey = key
      $0.createdAt = noon
      $0.updatedAt = noon
    }
  }

  private func files(holding key: String = key) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/kit").filter { name in
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/kit/" + name))
      return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\\/", with: "/").contains(key)
    }
  }

  enum Change: CaseIterable { case deletion, replacement, removal }

  private func make(_ change: Change, in store: Store) async throws {
    try await store.commit { transaction in
      switch change {
      case .deletion: transaction.delete(ProviderCredentialRecord.self, id: 1)
      case .replacement: transaction.put(Self.credential("sk-new", id: 1))
      case .removal: transaction.put(Self.credential(nil, id: 1))
      }
    }
  }

  @Test(arguments: Change.allCases, [true, false])
  func `a key is gone from the file as soon as it is removed or replaced`(change: Change, isFolded: Bool) async throws {
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(Self.credential(Self.key)) }
    if isFolded { await store.close() }
    let running = openStore(folder.store)
    try await make(change, in: running)
    #expect(try files() == [])
    #expect(try await openStore(folder.store).read { $0.providerCredentials[1]?.apiKey != Self.key })
  }

  @Test func `a large store is folded to remove a key too`() async throws {
    let store = openStore(folder.store)
    try await store.commit { transaction in
      transaction.insert(Self.credential(Self.key))
      var large = prompt("large")
      large.template = String(repeating: "x", count: 9 << 20)
      transaction.insert(large)
    }
    try await make(.deletion, in: store)
    #expect(try files() == [])
    await store.close()
    #expect(try files() == [])
  }

  @Test func `a change that keeps the key, or is rolled back, folds nothing`() async throws {
    struct Refusal: Error {}
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(Self.credential(Self.key)) }
    try await store.commit { transaction in
      var record = Self.credential(Self.key, id: 1)
      record.name = "named"
      transaction.put(record)
    }
    await #expect(throws: Refusal.self) {
      try await store.commit { transaction in
        transaction.delete(ProviderCredentialRecord.self, id: 1)
        transaction.insert(Self.credential("sk-two"))
        throw Refusal()
      }
    }
    try await store.commit { _ = $0.insert(tag("first")) }
    #expect(try JSONValue(parsing: folder.text())["journal"]?.arrayValue?.count == 3)
  }

  @Test func `a key left in the journal by a crash is removed at the next change or at shutdown`() async throws {
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(Self.credential(Self.key)) }
    let text = try folder.text().replacingOccurrences(
      of: "\n]\n}\n", with: ",\n{\"delete\":{\"provider_credentials\":[1]}}\n]\n}\n")
    try folder.write(text)
    #expect(try files() == ["store.json"])
    try await openStore(folder.store).commit { _ = $0.insert(tag("first")) }
    #expect(try files() == [])
    try folder.write(text)
    let reader = openStore(folder.store)
    try await reader.prepare()
    await reader.close()
    #expect(try files() == [])
  }

  @Test func `a key that cannot be removed yet is reported, and removed as soon as possible`() async throws {
    let store = openStore(folder.store, notice: notices.append)
    try await store.commit { _ = $0.insert(Self.credential(Self.key)) }
    // Nothing can be written in place of a non-empty folder.
    try FileManager.default.createDirectory(atPath: folder.store + ".new/x", withIntermediateDirectories: true)
    try await make(.deletion, in: store)
    #expect(notices.all.contains { $0.contains("still in") })
    try await store.commit { _ = $0.insert(tag("first")) }
    try FileManager.default.removeItem(atPath: folder.store + ".new")
    try await store.commit { _ = $0.insert(tag("second")) }
    #expect(try files() == [])
    #expect(try await openStore(folder.store).read { $0.tags.count } == 2)
  }

  // MARK: Copies of older formats

  @Test(arguments: [true, false])
  func `the copy of an older format loses the key too, and nothing else`(isPretty: Bool) async throws {
    let record = String(decoding: Self.credential(Self.key, id: 1).encoded, as: UTF8.self)
    let kept = String(decoding: Self.credential("sk-kept", id: 2).encoded, as: UTF8.self)
    var row = response(runID: 1, row: 0, id: 1)
    (row.reviews, row.input) = ([], ["api_key": "a column"])
    var text = """
      {"completion_kit":2,"provider_credentials":[
      \(record),\(kept)],
      "prompts":[\(String(decoding: prompt("p", id: 1).encoded, as: UTF8.self))],
      "runs":[\(String(decoding: run("r", promptID: 1, id: 1).encoded, as: UTF8.self))],
      "responses":[\(String(decoding: row.encoded, as: UTF8.self))],
      "journal":[{"put":{"provider_credentials":[\(record)]}}]}
      """
    if isPretty {
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      text = String(
        decoding: try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted]), as: UTF8.self)
    }
    try folder.write(text)
    let store = openStore(folder.store, notice: notices.append)
    try await store.commit { _ = $0.insert(tag("first")) }
    #expect(try files().sorted() == ["store.json", "store.json.format-2"])
    try await make(.deletion, in: store)
    #expect(try files() == [])
    #expect(notices.all.contains { $0.contains("format-2 no longer holds") })
    let copy = try String(contentsOfFile: folder.store + ".format-2", encoding: .utf8)
    #expect(copy.contains("sk-kept") && copy.contains("a column"))
    // The copy can still be opened by the older program.
    let document = try DocumentLoader.load(Array(copy.utf8), path: "s")
    #expect(document.tables.providerCredentials[1]?.apiKey == nil && document.tables.responses.count == 1)
    #expect(try folder.mode(of: folder.store + ".format-2") == 0o600)
  }
}
