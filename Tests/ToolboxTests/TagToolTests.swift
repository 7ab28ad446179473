import JSONCoding
import Testing

@testable import Toolbox

@Suite struct TagToolTests {
  private let server = TestServer()

  @Test func `a new tag has a normalized name and a colour`() async throws {
    let tag = try await server.call("tags_create", ["name": "  Real   Estate\n"])
    #expect(tag.keys == ["id", "name", "color", "created_at", "updated_at"])
    #expect(tag["name"] == "real estate")
    #expect(tag["color"] == "crimson")
    #expect(try await server.call("tags_get", ["id": 1]) == tag)
  }

  @Test func `colours cycle through all tags ever created`() async throws {
    let colors = [
      "crimson", "burnt-orange", "amber", "mint", "deep-emerald", "electric-cyan", "cobalt-blue", "deep-indigo",
      "amethyst", "rose", "crimson", "burnt-orange",
    ]
    for (index, color) in colors.enumerated() {
      let tag = try await server.call("tags_create", ["name": .string("tag \(index)")])
      #expect(tag["color"] == .string(color))
      if index.isMultiple(of: 2) { try await server.call("tags_delete", ["id": tag["id"] ?? .null]) }
    }
  }

  @Test(arguments: ["", "  ", "a/b", "a,b", "#tag", "a.b", String(repeating: "x", count: 65)])
  func `an invalid name is refused`(name: String) async throws {
    #expect(try await server.refusal("tags_create", ["name": .string(name)]).contains("is not a valid tag name"))
    #expect(
      try await server.refusal("metrics_create", ["name": "m", "tag_names": [.string(name)]])
        .contains("is not a valid tag name"))
    #expect(try await server.call("metrics_list")["total"] == 0)
  }

  @Test(arguments: ["a-b_c 9", "überblick", String(repeating: "x", count: 64)])
  func `letters, digits, spaces, dashes and underscores make a name`(name: String) async throws {
    #expect(try await server.call("tags_create", ["name": .string(name)])["name"] == .string(name))
  }

  @Test func `names are unique in any spelling`() async throws {
    try await server.call("tags_create", ["name": "draft"])
    try await server.call("tags_create", ["name": "other"])
    let sentence = #"There is a tag "draft" already: id 1. Use it, or choose another name."#
    #expect(try await server.refusal("tags_create", ["name": " DRAFT "]) == sentence)
    #expect(try await server.refusal("tags_update", ["id": 2, "name": "Draft"]) == sentence)
    #expect(try await server.call("tags_update", ["id": 1, "name": "Draft"])["name"] == "draft")
  }

  @Test func `a renamed tag is renamed everywhere`() async throws {
    let prompt = try await server.prompt()
    try await server.call("prompts_update", ["id": .int(prompt), "tag_names": ["old"]])
    let tag = try await server.call("tags_update", ["id": 1, "name": "New"])
    #expect(tag["color"] == "crimson")
    #expect(try await server.call("prompts_get", ["id": .int(prompt)])["tags"] == ["new"])
    #expect(try await server.ids("prompts_list", ["tag_names": "new"]) == [prompt])
  }

  @Test func `tags are created once, at first use`() async throws {
    try await server.call("metrics_create", ["name": "m", "tag_names": ["B", "a", "b "]])
    try await server.call("metric_groups_create", ["name": "g", "tag_names": ["a"]])
    #expect(try await server.call("metrics_get", ["id": 1])["tags"] == ["b", "a"])
    let tags = try await server.call("tags_list")["tags"]?.arrayValue ?? []
    #expect(tags.compactMap { $0["name"]?.stringValue } == ["a", "b"])
  }

  @Test func `a refused call creates no tags`() async throws {
    _ = try await server.refusal("metric_groups_create", ["name": "g", "metric_ids": [9], "tag_names": ["x"]])
    _ = try await server.refusal("metrics_create", ["name": "m", "tag_names": ["good", "bad!"]])
    #expect(try await server.call("tags_list")["total"] == 0)
  }

  @Test func `tags are listed by name, page by page`() async throws {
    for name in ["pear", "apple", "fig", "plum"] { try await server.call("tags_create", ["name": .string(name)]) }
    #expect(try await server.ids("tags_list") == [2, 3, 1, 4])
    #expect(try await server.walk("tags_list", ["limit": 1]) == [2, 3, 1, 4])
  }

  @Test func `a deleted tag is removed from every record`() async throws {
    let run = try await server.run(["tag_names": ["x", "y"]])
    try await server.call("prompts_update", ["id": 1, "tag_names": ["x"]])
    try await server.call("datasets_update", ["id": 1, "tag_names": ["y", "x"]])
    try await server.call("metrics_create", ["name": "m", "tag_names": ["x"]])
    try await server.call("metric_groups_create", ["name": "g", "tag_names": ["x"]])
    #expect(
      try await server.call("tags_delete", ["id": 1, "dry_run": true])
        == ["deleted": false, "id": 1, "removed": ["tags": 1]])
    #expect(try await server.call("prompts_get", ["id": 1])["tags"] == ["x"])
    #expect(try await server.call("tags_delete", ["id": 1])["deleted"] == true)
    #expect(try await server.call("prompts_get", ["id": 1])["tags"] == [])
    #expect(try await server.call("datasets_get", ["id": 1])["tags"] == ["y"])
    #expect(try await server.call("metrics_get", ["id": 1])["tags"] == [])
    #expect(try await server.call("metric_groups_get", ["id": 1])["tags"] == [])
    #expect(try await server.call("runs_get", ["id": .int(run)])["tags"] == ["y"])
  }
}
