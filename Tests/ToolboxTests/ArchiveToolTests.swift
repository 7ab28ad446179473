import JSONCoding
import Store
import TestSupport
import Testing

@testable import Toolbox

@Suite struct ArchiveToolTests {
  private let test = TestServer()

  @Test(arguments: ["prompts", "runs", "datasets", "metrics", "metric_groups"])
  func `an archived record is only out of the list`(kind: String) async throws {
    let metric = try await test.metric()
    try await test.call("metric_groups_create", ["name": "group", "metric_ids": [.int(metric)]])
    try await test.generatedRun()
    let before = try await test.call("\(kind)_get", ["id": 1])
    let result = try await test.call("archive", ["kind": .string(kind), "ids": [1]])
    #expect(result["ids"] == [1] && result["archived"] == true)
    #expect(try await test.ids("\(kind)_list") == [])
    #expect(try await test.ids("\(kind)_list", ["archived": true]) == [1])
    var marked = before
    marked["archived"] = true
    #expect(try await test.call("\(kind)_get", ["id": 1]) == marked)
    #expect(try await test.call("archive", ["kind": .string(kind), "ids": [1]]) == result)
    // It outlives the process.
    let other = Store(path: test.folder.path + "/store.json", now: { .zero }, notice: { _ in })
    #expect(try await other.read { $0.prompts[1]?.isArchived } == (kind == "prompts"))
    try await test.call("archive", ["kind": .string(kind), "id": 1, "restore": true])
    #expect(try await test.ids("\(kind)_list") == [1])
    #expect(try await test.call("\(kind)_get", ["id": 1]) == before)
  }

  @Test func `an import tells what was there and is archived`() async throws {
    let arguments: JSONObject = [
      "data": "prompts: ['{{x}}']\nproviders: echo\ntests: [{vars: {x: a}}]", "dry_run": false,
    ]
    let first = try await test.call("imports_create", arguments)
    #expect(first["note"]?.stringValue?.contains("archived") == false)
    try await test.call("archive", ["kind": "datasets", "ids": [1]])
    let again = try await test.call("imports_create", arguments)
    #expect(again["existing"]?["datasets"] == 1)
    let note = try #require(again["note"]?.stringValue)
    #expect(note.contains("datasets 1 is archived") && note.contains("restore true") && !note.contains("prompts 1"))
    try await test.call("archive", ["kind": "datasets", "ids": [1], "restore": true])
    #expect(try await test.call("imports_create", arguments)["note"]?.stringValue?.contains("archived") == false)
  }

  @Test func `a new version of an archived prompt is listed`() async throws {
    try await test.generatedRun()
    try await test.call("archive", ["kind": "prompts", "ids": [1]])
    let version = try await test.id("prompts_update", ["id": 1, "template": "Tell {{ text }}", "publish": true])
    #expect(version == 2)
    #expect(try await test.ids("prompts_list") == [2])
  }

  @Test func `archived records are no resources of the list, and are all archived or none`() async throws {
    try await test.generatedRun()
    #expect(try await test.refusal("archive", ["kind": "runs", "ids": [1, 9]]).contains("No run 9"))
    #expect(try await test.ids("runs_list") == [1])
    for kind in ["prompts", "runs", "datasets"] {
      try await test.call("archive", ["kind": .string(kind), "ids": [1]])
    }
    #expect(try await test.server.resources() == [])
    #expect(try await test.call("search", ["query": "Say a"])["results"]?.arrayValue?.isEmpty == false)
  }
}
