import Foundation
import JSONCoding
import Testing

/// The texts and links that tell clients how to start the server.
@Suite struct ClientSetupTests {
  private func parameters(of client: String) throws -> [String: String] {
    let link = try #require(ClientSetup.all.first { $0.name == client }?.link)
    let items = try #require(URLComponents(string: link)?.queryItems)
    return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value ?? "") })
  }

  private func object(_ text: String) throws -> JSONObject {
    try #require(try JSONValue(parsing: text).objectValue)
  }

  @Test func `there is a setup for every client that the README promises`() {
    let names = ClientSetup.all.map(\.name)
    #expect(Set(["Claude Code", "Claude Desktop", "Cursor", "VS Code", "Codex", "Zed", "Goose"]).isSubset(of: names))
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: ClientSetup.all.map(\.name))
  func `a setup starts the program and names the page that it follows`(_ name: String) throws {
    let setup = try #require(ClientSetup.all.first { $0.name == name })
    #expect(setup.text.contains(ClientSetup.program) && setup.text.contains("completion-kit"))
    #expect(setup.text.hasSuffix("\n") && setup.source.hasPrefix("https://"))
    if setup.language == "json" { _ = try object(setup.text) }
    #expect(ClientSetup.section.contains(setup.text))
  }

  @Test func `Cursor's link holds the server as base64`() throws {
    let found = try parameters(of: "Cursor")
    let bytes = try #require(Data(base64Encoded: found["config"] ?? ""))
    let config = try object(String(decoding: bytes, as: UTF8.self))
    #expect(found["name"] == "completion-kit")
    #expect(config["command"]?.stringValue == ClientSetup.program)
  }

  @Test func `VS Code's link asks for the key and hides it`() throws {
    let found = try parameters(of: "VS Code")
    let config = try object(found["config"] ?? "")
    #expect(found["name"] == "completion-kit" && config["type"]?.stringValue == "stdio")
    #expect(config["command"]?.stringValue == ClientSetup.program)
    let inputs = try JSONValue(parsing: found["inputs"] ?? "").arrayValue
    let input = try #require(inputs?.first?.objectValue)
    let id = try #require(input["id"]?.stringValue)
    #expect(input["password"]?.boolValue == true)
    #expect(config["env"]?["OPENAI_API_KEY"]?.stringValue == "${input:\(id)}")
  }

  @Test(arguments: ClientSetup.all.compactMap(\.link))
  func `a link may stand in Markdown`(_ link: String) {
    #expect(!link.contains { " ()[]<>\"".contains($0) } && link.hasPrefix("https://"))
  }
}
