import JSONCoding
import Store
import Testing

@testable import Toolbox

/// ``TestServer/outcome(_:_:meta:)`` rejects every result longer than clients accept.
@Suite struct ResultSizeTests {
  private let server = TestServer()

  private func text(_ count: Int) -> String { (0..<count / 10).map { "word\(100_000 + $0)" }.joined() }

  @Test func `a long template is read to its end in parts`() async throws {
    let template = text(100_000)
    let created = try await server.call(
      "prompts_create", ["name": "long", "template": .string(template), "llm_model": "echo"])
    #expect(created["template"]?.stringValue?.contains("more characters]") == true)
    var read = ""
    var offset: JSONValue? = 0
    while let next = offset {
      let page = try await server.call("prompts_get", ["id": 1, "offset": next])
      offset = page["next_offset"]
      let part = page["template"]?.stringValue ?? ""
      read += part.prefix(offset.map { ($0.intValue ?? 0) - (next.intValue ?? 0) } ?? part.count)
    }
    #expect(read == template)
    #expect(
      try await server.refusal("prompts_get", ["id": 1, "offset": 100_000])
        == "offset is 100000, but template has 100000 characters.")
    let item = try await server.call("prompts_list")["prompts"]?.arrayValue?.first
    #expect(item?["template"]?.stringValue?.hasSuffix("… [99600 more characters]") == true)
  }

  @Test func `a long response is read to its end in parts`() async throws {
    let answer = text(50_000)
    let run = try await server.generatedRun(csv: "text\n\(answer)")
    var read = ""
    var offset: JSONValue? = 0
    while let next = offset {
      let page = try await server.call("responses_get", ["run_id": .int(run), "id": 1, "offset": next])
      offset = page["next_offset"]
      let part = page["response_text"]?.stringValue ?? ""
      read += part.prefix(offset.map { ($0.intValue ?? 0) - (next.intValue ?? 0) } ?? part.count)
    }
    #expect(read == "Say \(answer).")
  }

  @Test func `a dataset of 5 MB is stored and read`() async throws {
    let row = text(1000)
    let csv = "text\n" + Array(repeating: row, count: 5000).joined(separator: "\n")
    let created = try await server.call("datasets_create", ["name": "large", "csv_data": .string(csv)])
    #expect(created["row_count"] == 5000)
    #expect(try await server.call("datasets_get", ["id": 1, "limit": 1000])["next_offset"]?.intValue ?? 0 > 30)
    #expect(try await server.call("datasets_get", ["id": 1, "offset": 4999])["csv_data"] == .string("text\n\(row)"))
    #expect(try await server.call("datasets_list")["total"] == 1)
  }

  @Test func `a dataset with thousands of columns is shown in part`() async throws {
    let columns = (0..<5000).map { "column \($0)" }.joined(separator: ",")
    let created = try await server.call(
      "datasets_create",
      ["name": "wide", "csv_data": .string(columns + "\n" + Array(repeating: "v", count: 5000).joined(separator: ","))])
    #expect(created["clipped"]?.stringValue?.contains("of: columns") == true)
    #expect(try await server.ids("datasets_list") == [1])
    let run = try await server.id(
      "runs_create", ["prompt_id": .int(try await server.prompt(template: "{{ column 7 }}")), "dataset_id": 1])
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(try await server.ids("responses_list", ["run_id": .int(run)]) == [1])
    #expect(try await server.call("responses_get", ["run_id": .int(run), "id": 1])["response_text"] == "v")
  }

  @Test func `500 runs and 1,000 responses are paged within the limit, each once`() async throws {
    let first = try await server.run(["system_prompt": .string(text(5000))])
    let name = text(300)
    try await server.services.store.commit { transaction in
      guard var run = transaction.tables.runs[first] else { return }
      run.name = name
      for _ in 1..<500 { transaction.insert(run) }
      for row in 0..<1000 {
        transaction.insert(
          ResponseRecord {
            $0.runID = first
            $0.rowIndex = row
            $0.status = .completed
            $0.input = ["text": .string(name)]
            $0.responseText = name + name
            $0.score = Double(row % 6)
            $0.createdAt = transaction.now
          })
      }
    }
    #expect(try await server.walk("runs_list", ["limit": 500]) == Array((1...500).reversed()))
    #expect(try await server.walk("responses_list", ["run_id": .int(first), "limit": 500]) == Array(1...1000))
    let byScore = try await server.walk("responses_list", ["run_id": .int(first), "limit": 400, "order": "score"])
    #expect(byScore.count == 1000 && Set(byScore).count == 1000)
  }

  @Test func `large texts are cut everywhere`() async throws {
    let long = JSONValue.string(text(100_000))
    try await server.call("prompts_create", ["name": "p", "template": long, "llm_model": "echo"])
    try await server.call("metrics_create", ["name": "m", "instruction": long])
    try await server.call("metric_groups_create", ["name": "g", "metric_ids": [1]])
    try await server.call("runs_create", ["prompt_id": 1, "system_prompt": long])
    try await server.call("provider_credentials_create", ["provider": "ollama"])
    // Names as long as older versions accepted.
    let name = text(100_000)
    try await server.services.store.commit { transaction in
      if var prompt = transaction.tables.prompts[1] {
        (prompt.name, prompt.description) = (name, name)
        transaction.put(prompt)
      }
      if var metric = transaction.tables.metrics[1] {
        metric.name = name
        metric.rubricBands = metric.rubricBands.map { .init(stars: $0.stars, description: name) }
        transaction.put(metric)
      }
      if var group = transaction.tables.metricGroups[1] {
        (group.name, group.description) = (name, name)
        transaction.put(group)
      }
      if var run = transaction.tables.runs[1] {
        (run.name, run.judgeModel) = (name, name)
        transaction.put(run)
      }
      if var credential = transaction.tables.providerCredentials[1] {
        credential.name = name
        transaction.put(credential)
      }
    }
    for kind in ["prompts", "metrics", "metric_groups", "runs"] {
      #expect(try await server.ids("\(kind)_list") == [1])
      #expect(try await server.call("\(kind)_get", ["id": 1])["id"] == 1)
      #expect(try await server.refusal("\(kind)_get", ["id": 2]).count < 300)
    }
    #expect(try await server.call("provider_credentials_get", ["id": 1])["id"] == 1)
  }

  @Test func `thousands of tags on one record are cut`() async throws {
    let names = JSONValue.array((0..<2000).map { .string("a tag with number \($0)") })
    let metric = try await server.call("metrics_create", ["name": "m", "tag_names": names])
    #expect(metric["clipped"]?.stringValue?.hasSuffix("of: tags.") == true)
    #expect(try await server.walk("tags_list", ["limit": 500]).count == 2000)
  }
}
