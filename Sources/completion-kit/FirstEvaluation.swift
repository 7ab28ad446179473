import Evaluation
import JSONCoding
import JSONRPC
import MCP
import Store
import Toolbox

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A first evaluation for a person: what `--try` prints.
///
/// It calls the tools as a client does, with the model `echo` and a store that is deleted afterwards. Every figure in
/// the text is from an answer, and the text is the same every time.
struct FirstEvaluation {
  private static let templates = (
    first: "The capital of {{ country }} is Paris.", second: "The capital of {{ country }} is {{ city }}."
  )
  private static let capitals = [
    ("France", "Paris"), ("Spain", "Madrid"), ("Italy", "Rome"), ("Norway", "Oslo"), ("Peru", "Lima"),
    ("Japan", "Tokyo"), ("Kenya", "Nairobi"), ("Cuba", "Havana"), ("Egypt", "Cairo"), ("Ghana", "Accra"),
    ("Chile", "Santiago"), ("Nepal", "Kathmandu"),
  ]
  private static var table: String {
    "country,city,expected_output\n" + capitals.map { "\($0),\($1),\($1)\n" }.joined()
  }

  /// The largest number of characters in a line of the verdict.
  private static let width = 110

  private let server: MCPServer

  /// Evaluates, and gives the text.
  ///
  /// - Throws: ``ToolError`` or an error of the file system.
  static func text() async throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("completion-kit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer {
      // What cannot be removed from the folder of temporary files is removed by the system.
      do { try FileManager.default.removeItem(at: folder) } catch {}
    }
    let options = Options(store: folder.appendingPathComponent("store.json").path)
    let services = Program.services(options, environment: [:], log: Log(level: .error))
    let selection = ToolSelection(Toolbox.tools(services))
    let info = ServerInfo(name: "completion-kit", title: "Completion Kit", version: Help.version, instructions: "")
    let evaluation = FirstEvaluation(server: MCPServer(info: info, tools: ToolRegistry(selection.tools)))
    let text = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await services.engine.run() }
      defer { group.cancelAll() }
      return try await evaluation.text()
    }
    await services.store.close()
    return text
  }

  private func text() async throws -> String {
    let prompt = try await call(
      "prompts_create", ["name": "capital", "template": .string(Self.templates.first), "llm_model": "echo"])
    let dataset = try await call("datasets_create", ["name": "capitals", "csv_data": .string(Self.table)])
    let baseline = try await run(
      ["name": "baseline", "prompt_id": prompt.id, "dataset_id": dataset.id, "scoring": "Contains"])
    let weakest = try await call("responses_list", ["run_id": baseline.id, "order": "score", "limit": 1])
    let draft = try await call("prompts_update", ["id": prompt.id, "template": .string(Self.templates.second)])
    let next = try await run(["name": "with the city", "prompt_id": draft.id, "like_run": baseline.id])
    let comparison = try await call("runs_compare", ["run_ids": [baseline.id, next.id]])
    let statistics = comparison["statistics"]?.arrayValue?.first
    let columns = dataset["columns"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let failure = weakest["responses"]?.arrayValue?.first
    let lines = [
      "A prompt is tried on a dataset, changed, and tried again. The model \"echo\" answers with the prompt that it is sent,",
      "so this needs no key and no network.",
      "",
      Self.step("prompts_create", Self.version(prompt)),
      Self.step("datasets_create", "\(dataset.text("row_count")) rows: \(columns.joined(separator: ", "))"),
      Self.step("runs_generate", Self.score(baseline)),
      Self.step(
        "responses_list",
        "a weak row: \"\(failure.text("response_text"))\" (expected: \(failure.text("expected_output")))"),
      Self.step("prompts_update", Self.version(draft)),
      Self.step("runs_generate", Self.score(next)),
      Self.step("runs_compare", statistics.text("verdict_word")),
      "",
    ]
    let verdict = Self.wrapped(statistics.text("verdict"))
    return (lines + verdict + [""] + Self.rows(of: comparison)).joined(separator: "\n")
  }

  /// Plans and generates a run.
  private func run(_ arguments: JSONObject) async throws -> JSONObject {
    let planned = try await call("runs_create", arguments)
    return try await call("runs_generate", ["id": planned.id, "wait_seconds": 60])
  }

  private func call(_ tool: String, _ arguments: JSONObject) async throws -> JSONObject {
    let request = Request(
      id: .integer(1), method: "tools/call", params: ["name": .string(tool), "arguments": .object(arguments)])
    let result = try await server.respond(to: request, in: RequestContext(id: .integer(1)) { _ in })
    guard let content = try ToolResult.reading(result) else { throw ToolError("\(tool) gave no result.") }
    return content
  }

  // MARK: Lines

  private static func step(_ tool: String, _ text: String) -> String {
    "  " + padded(tool, to: 16) + text
  }

  private static func version(_ prompt: JSONObject) -> String {
    "version \(prompt.text("version_number")) of \"\(prompt.text("name"))\": \(prompt.text("template"))"
  }

  /// `"baseline" scores 0.08 on 12 rows, 95 % interval 0.01 to 0.35`.
  private static func score(_ run: JSONObject) -> String {
    let ends = run["avg_score_interval"]?["interval"]?.arrayValue?.map(figure) ?? []
    return "\"\(run.text("name"))\" scores \(figure(run["avg_score"] ?? .null)) on \(run.text("scored")) rows, "
      + "95 % interval \(ends.joined(separator: " to "))"
  }

  /// A table of all rows with the scores of both runs.
  private static func rows(of comparison: JSONObject) -> [String] {
    let names = comparison["runs"]?.arrayValue?.map { $0.objectValue.text("name") } ?? []
    let rows = comparison["comparisons"]?.arrayValue ?? []
    let head = padded("expected", to: 12) + names.map { padded($0, to: 16) }.joined()
    return [trimmed("  " + head)]
      + rows.map { row in
        let scores = row["results"]?.arrayValue?.map { padded(figure($0["score"] ?? .null), to: 16) } ?? []
        return trimmed("  " + padded(row.objectValue.text("expected"), to: 12) + scores.joined())
      }
  }

  /// A number with two decimals.
  private static func figure(_ value: JSONValue) -> String {
    guard let number = value.doubleValue else { return "none" }
    let hundredths = Int((number * 100).rounded())
    return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
  }

  /// The lines of a text, each as long as a terminal is wide.
  private static func wrapped(_ text: String) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.count + word.count < width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}

extension JSONObject {
  fileprivate var id: JSONValue { self["id"] ?? .null }

  /// A member as text; empty without one.
  fileprivate func text(_ key: String) -> String {
    guard let value = self[key], !value.isNull else { return "" }
    return value.stringValue ?? value.text
  }
}

extension JSONObject? {
  fileprivate func text(_ key: String) -> String { map { $0.text(key) } ?? "" }
}

extension JSONValue? {
  fileprivate func text(_ key: String) -> String { (self?.objectValue).text(key) }
}
