import Evaluation
import JSONCoding
import Store

@testable import Toolbox

extension TestServer {
  @discardableResult
  func prompt(_ name: String = "summarizer", template: String = "Say {{ text }}.") async throws -> Int {
    try await id("prompts_create", ["name": .string(name), "template": .string(template), "llm_model": "echo"])
  }

  @discardableResult
  func dataset(_ csv: String = "text,expected_output\na,Say a.\nb,Say b.\nc,no") async throws -> Int {
    try await id("datasets_create", ["name": "rows", "csv_data": .string(csv)])
  }

  @discardableResult
  func metric(_ name: String = "relevance") async throws -> Int {
    try await id("metrics_create", ["name": .string(name)])
  }

  /// A credential for ollama, which needs no key, to reach the models of a ``ChatTransport``.
  @discardableResult
  func credential() async throws -> Int {
    try await id("provider_credentials_create", ["provider": "ollama"])
  }

  /// A run of a new prompt on a new dataset.
  @discardableResult
  func run(_ settings: JSONObject = [:], csv: String? = nil) async throws -> Int {
    var arguments: JSONObject = ["prompt_id": .int(try await prompt())]
    let dataset = if let csv { try await dataset(csv) } else { try await dataset() }
    arguments["dataset_id"] = .int(dataset)
    for member in settings.members { arguments[member.key] = member.value }
    return try await id("runs_create", arguments)
  }

  /// Leaves a run as a killed process does: recorded as running, although nobody generates it.
  func interrupt(run id: Int) async throws {
    try await services.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      run.status = .running
      transaction.put(run)
    }
  }

  /// A completed run, generated row by row by default, so that ids follow the rows.
  @discardableResult
  func generatedRun(_ settings: JSONObject = [:], csv: String? = nil) async throws -> Int {
    var settings = settings
    if settings["concurrency"] == nil { settings["concurrency"] = 1 }
    let run = try await run(settings, csv: csv)
    try await call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return run
  }

  /// The id of the record that a call created.
  func id(_ tool: String, _ arguments: JSONObject) async throws -> Int {
    guard let id = try await call(tool, arguments)["id"]?.intValue else { throw Refused("\(tool) gave no id") }
    return id
  }

  /// The ids of a list's page, in order.
  func ids(_ tool: String, _ arguments: JSONObject = [:]) async throws -> [Int] {
    let page = try await call(tool, arguments)
    return page.members.first?.value.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
  }

  /// The ids of all pages, in order.
  func walk(_ tool: String, _ arguments: JSONObject) async throws -> [Int] {
    var ids: [Int] = []
    var arguments = arguments
    while true {
      let page = try await call(tool, arguments)
      ids += page.members.first?.value.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
      guard let cursor = page["next_cursor"] else { return ids }
      arguments["cursor"] = cursor
    }
  }
}

extension JSONObject {
  /// The texts of a member that is a list of texts.
  func strings(_ key: String) -> [String] { self[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
  func ints(_ key: String) -> [Int] { self[key]?.arrayValue?.compactMap(\.intValue) ?? [] }
}
