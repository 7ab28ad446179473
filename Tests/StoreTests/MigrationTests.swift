import Foundation
import JSONCoding
import Testing

@testable import Store

@Suite struct MigrationTests {
  private let folder: TemporaryFolder
  /// An invented format 0, in which tags were called labels.
  private static let old = "{\"completion_kit\":0,\"labels\":[{\"id\":3,\"text\":\"first\"}]}"

  init() throws { folder = try TemporaryFolder() }

  private func open(_ steps: [Int: Migration.Step]) -> Store {
    Store(path: folder.store, now: { noon }, notice: { _ in }, migration: Migration(steps: steps))
  }

  private static let step: Migration.Step = { document in
    var document = document
    document["tags"] = .array(
      (document["labels"]?.arrayValue ?? []).map { label in
        [
          "id": label["id"] ?? .null, "name": label["text"] ?? .null, "color": "mint",
          "created_at": .string(noon.description), "updated_at": .string(noon.description),
        ]
      })
    document["labels"] = nil
    return document
  }

  @Test func `an older document is brought up to date and kept as it was beside the new one`() async throws {
    try folder.write(Self.old)
    let store = open([0: Self.step])
    #expect(try await store.read { $0.tags[3]?.name } == "first")
    // Nothing is rewritten before there is a change.
    #expect(try folder.text() == Self.old)
    #expect(try await store.commit { $0.insert(tag("second")).id } == 4)
    #expect(try folder.text().contains("\"completion_kit\": 1"))
    let copy = folder.store + ".format-0"
    #expect(try String(contentsOfFile: copy, encoding: .utf8) == Self.old)
    #expect(try folder.mode(of: copy) == 0o600)
    #expect(try await openStore(folder.store).read { $0.tags.count } == 2)
  }

  @Test func `a format that nobody can bring up to date is refused and left alone`() async throws {
    try folder.write(Self.old)
    await #expect(throws: StoreError.olderFormat(path: folder.store, version: 0)) {
      try await openStore(folder.store).commit { _ = $0.insert(tag("x")) }
    }
    #expect(try folder.text() == Self.old)
  }

  @Test func `a step that fails leaves the file alone`() async throws {
    struct Refusal: Error {}
    try folder.write(Self.old)
    await #expect(throws: StoreError.self) {
      try await open([0: { _ in throw Refusal() }]).commit { _ = $0.insert(tag("x")) }
    }
    #expect(try folder.text() == Self.old)
    #expect(!FileManager.default.fileExists(atPath: folder.store + ".format-0"))
  }
}
