import JSONCoding
import Testing

@testable import Toolbox

@Suite struct PagingTests {
  private let server = TestServer()

  private func makeMetrics(_ count: Int) async throws {
    for number in 1...count { try await server.metric("m\(number)") }
  }

  @Test func `a page has the total and the next cursor`() async throws {
    try await makeMetrics(5)
    let first = try await server.call("metrics_list", ["limit": 2])
    #expect(first.keys == ["metrics", "total", "next_cursor"])
    #expect(first["total"] == 5)
    #expect(try await server.ids("metrics_list", ["limit": 2]) == [5, 4])
    let last = try await server.call("metrics_list", ["limit": 3, "cursor": "3"])
    #expect(last.keys == ["metrics", "total"])
    #expect(last["total"] == 5)
  }

  @Test(arguments: [1, 2, 3, 5, 500]) func `pages contain everything once, newest first`(limit: Int) async throws {
    try await makeMetrics(5)
    #expect(try await server.walk("metrics_list", ["limit": .int(limit)]) == [5, 4, 3, 2, 1])
  }

  @Test func `a cursor survives the deletion of its record, and a new record is not repeated`() async throws {
    try await makeMetrics(5)
    let page = try await server.call("metrics_list", ["limit": 2])
    try await server.call("metrics_delete", ["id": 4])
    try await server.metric("new")
    #expect(try await server.ids("metrics_list", ["cursor": page["next_cursor"] ?? .null]) == [3, 2, 1])
    for name in ["a", "b", "c"] { try await server.call("tags_create", ["name": .string(name)]) }
    let tags = try await server.call("tags_list", ["limit": 2])
    try await server.call("tags_delete", ["id": 2])
    #expect(try await server.ids("tags_list", ["cursor": tags["next_cursor"] ?? .null]) == [3])
  }

  @Test(arguments: [JSONValue.null, ""]) func `no cursor is the first page`(cursor: JSONValue) async throws {
    try await makeMetrics(1)
    #expect(try await server.ids("metrics_list", ["cursor": cursor]) == [1])
  }

  @Test func `a text that is no cursor is refused`() async throws {
    #expect(
      try await server.refusal("metrics_list", ["cursor": "abc"])
        == "cursor \"abc\" is not a next_cursor of this list. Leave it out to start over.")
  }

  @Test func `a page that ends before its limit says why`() async throws {
    let long = String(repeating: "x", count: 390)
    for number in 1...120 {
      try await server.call("metrics_create", ["name": .string("m\(number)"), "instruction": .string(long)])
    }
    let page = try await server.call("metrics_list", ["limit": 110])
    let shown = page["metrics"]?.arrayValue?.count ?? 0
    #expect((1..<110).contains(shown) && page["next_cursor"] != nil)
    #expect(page["clipped"]?.stringValue?.contains("ends after \(shown) items") == true)
    #expect(try await server.call("metrics_list", ["limit": 5])["clipped"] == nil)
  }

  @Test func `without a limit a page has at most 50 items`() async throws {
    for number in 1...60 { try await server.call("tags_create", ["name": .string("t\(number)")]) }
    #expect(try await server.ids("tags_list").count == 50)
    #expect(try await server.ids("tags_list", ["limit": 500]).count == 60)
    #expect(
      try await server.refusal("tags_list", ["limit": 501])
        == "tags_list: limit must be an integer from 1 to 500, not 501.")
  }

  @Test func `fields choose what items have, besides the id`() async throws {
    try await makeMetrics(1)
    let page = try await server.call("metrics_list", ["fields": ["key", "name"]])
    #expect(page["metrics"] == [["id": 1, "name": "m1", "key": "m1"]])
    #expect(try await server.call("metrics_list", ["fields": "id"])["metrics"] == [["id": 1]])
    #expect(
      try await server.refusal("metrics_list", ["fields": ["name", "weight", "size"]])
        == """
        fields has "weight", "size", which are not there. Fields: id, name, key, instruction, rubric_bands, \
        created_at, updated_at, tags.
        """)
  }

  @Test(arguments: [
    "prompts", "runs", "datasets", "metrics", "metric_groups", "provider_credentials", "tags",
  ])
  func `an empty list is empty`(kind: String) async throws {
    #expect(try await server.call("\(kind)_list") == [kind: [], "total": 0])
  }
}
