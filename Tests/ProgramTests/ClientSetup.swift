import Foundation
import JSONCoding

/// How a client is told to start the server: a value for each client in ``all``.
///
/// The README's section of clients and its links are generated from the list.
struct ClientSetup: Sendable {
  /// The name of the client, as its maker writes it.
  let name: String
  /// Where the text goes: a file for each system, or a terminal.
  let place: String
  /// The language of the text: `json`, `toml`, `yaml` or `sh`.
  let language: String
  let text: String
  /// A page that installs the server with one click; nil if the client has none.
  var link: String?
  /// The page of the client's documentation that each field is from.
  let source: String
}

extension ClientSetup {
  /// Where the program of a release is put.
  ///
  /// Clients with windows have a short search path, so the name alone is not enough.
  static let program = "/usr/local/bin/completion-kit"

  static let all: [ClientSetup] = [
    claudeCode, claudeDesktop, claudeDesktopOnWindows, cursor, visualStudioCode, codex, zed, goose,
  ]

  private static let server: JSONValue = [
    "command": .string(program), "args": [], "env": ["OPENAI_API_KEY": "sk-..."],
  ]

  private static let claudeCode = ClientSetup(
    name: "Claude Code", place: "in a terminal", language: "sh",
    text: "claude mcp add completion-kit --scope user --env OPENAI_API_KEY=\"$OPENAI_API_KEY\" -- \(program)\n",
    source: "https://code.claude.com/docs/en/mcp")

  private static let claudeDesktop = ClientSetup(
    name: "Claude Desktop",
    place: "~/Library/Application Support/Claude/claude_desktop_config.json on macOS, "
      + "~/.config/Claude/claude_desktop_config.json on Linux",
    language: "json", text: json(["mcpServers": ["completion-kit": server]]),
    source: "https://modelcontextprotocol.io/docs/develop/connect-local-servers")

  private static let claudeDesktopOnWindows = ClientSetup(
    name: "Claude Desktop on Windows",
    place: "%APPDATA%\\Claude\\claude_desktop_config.json; the program runs in the Windows Subsystem for Linux",
    language: "json",
    text: json([
      "mcpServers": [
        "completion-kit": [
          "command": "wsl.exe", "args": ["--exec", .string(program)],
          // Variables with the flag /u are handed over from Windows (learn.microsoft.com/windows/wsl/filesystems).
          "env": ["OPENAI_API_KEY": "sk-...", "WSLENV": "OPENAI_API_KEY/u"],
        ]
      ]
    ]),
    source: "https://modelcontextprotocol.io/docs/develop/connect-local-servers")

  private static let cursor = ClientSetup(
    name: "Cursor", place: "~/.cursor/mcp.json, or .cursor/mcp.json in a project", language: "json",
    text: json(["mcpServers": ["completion-kit": server]]),
    link: link(
      "https://cursor.com/en/install-mcp",
      [
        ("name", "completion-kit"), ("config", Data(compact(["command": .string(program)]).utf8).base64EncodedString()),
      ]),
    source: "https://cursor.com/docs/mcp/install-links")

  private static let input: JSONValue = [
    "type": "promptString", "id": "openai", "description": "OpenAI key, or nothing", "password": true,
  ]
  private static let entry: JSONValue = [
    "type": "stdio", "command": .string(program), "args": [], "env": ["OPENAI_API_KEY": "${input:openai}"],
  ]

  private static let visualStudioCode = ClientSetup(
    name: "VS Code", place: ".vscode/mcp.json in a project, or MCP: Open User Configuration", language: "json",
    text: json(["servers": ["completion-kit": entry], "inputs": [input]]),
    link: link(
      "https://insiders.vscode.dev/redirect/mcp/install",
      [
        ("name", "completion-kit"), ("inputs", compact([input])), ("config", compact(entry)),
      ]),
    source: "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration")

  private static let codex = ClientSetup(
    name: "Codex", place: "~/.codex/config.toml", language: "toml",
    text: """
      [mcp_servers.completion-kit]
      command = "\(program)"
      env_vars = ["OPENAI_API_KEY"]
      tool_timeout_sec = 300

      """,
    source: "https://developers.openai.com/codex/mcp")

  private static let zed = ClientSetup(
    name: "Zed", place: "the settings file (zed: open settings file)", language: "json",
    text: json(["context_servers": ["completion-kit": server]]), source: "https://zed.dev/docs/ai/mcp")

  private static let goose = ClientSetup(
    name: "Goose", place: "~/.config/goose/config.yaml", language: "yaml",
    text: """
      extensions:
        completion-kit:
          enabled: true
          type: stdio
          name: completion-kit
          description: Tests prompts
          cmd: \(program)
          args: []
          envs: {}
          env_keys: [OPENAI_API_KEY]
          timeout: 300

      """,
    source: "https://block.github.io/goose/docs/guides/config-files")

  // MARK: Texts

  /// The README's section: a heading, a link and a text for each client.
  static var section: String {
    all.map { setup in
      let button = setup.link.map { "\n[Install in \(setup.name)](\($0)), or put this there:\n" } ?? ""
      return "**\(setup.name)** (\(setup.place))\n\(button)\n```\(setup.language)\n\(setup.text)```"
    }.joined(separator: "\n\n")
  }

  private static func json(_ value: JSONValue) -> String { JSONPrettyWriter.text(value) }

  private static func compact(_ value: JSONValue) -> String {
    var bytes: [UInt8] = []
    JSONWriter.write(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An address whose parameters hold only letters, digits and percent signs, so that they may stand in Markdown.
  private static func link(_ page: String, _ parameters: [(name: String, value: String)]) -> String {
    page + "?"
      + parameters.map { name, value in
        "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
      }.joined(separator: "&")
  }
}
