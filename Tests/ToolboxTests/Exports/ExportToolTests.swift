import Evaluation
import Foundation
import JSONCoding
import Store
import TestSupport
import Testing

@testable import Toolbox

@Suite struct ExportToolTests {
  private let test = TestServer()

  private static let hostile = #"""
    text,"say ""id""",note,__split,expected_output
    "=1+1","a ""quote""","two
    lines",train,+1
    'x,,"ünïcödé 👩‍🚀 ",test,"-3"
    @home,"{{ name }}","file:///etc/passwd",,"{""a"": [1]}"

    """#

  private func export(_ what: String, _ ids: [Int], _ format: String, _ more: JSONObject = [:]) async throws
    -> JSONObject
  {
    var arguments: JSONObject = [
      "what": .string(what), "ids": .array(ids.map(JSONValue.int)), "format": .string(format),
    ]
    for member in more.members { arguments[member.key] = member.value }
    return try await test.call("exports_create", arguments)
  }

  private func lines(_ what: String, _ ids: [Int], _ format: String) async throws -> [JSONValue] {
    let text = try await export(what, ids, format)["text"]?.stringValue ?? ""
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func rows(ofDataset id: Int) async throws -> [[String]] {
    let table = try CSVTable(try await test.call("datasets_get", ["id": .int(id)])["csv_data"]?.stringValue ?? "")
    return [table.columns] + (0..<table.rowCount).map { table.row($0) }
  }

  // MARK: Laws of every format

  @Test(arguments: ExportFormat.allCases)
  func `a format is found by its URI, and its file is its text`(kind: ExportFormat) async throws {
    try await test.generatedRun(["scoring": "ExactMatch"], csv: "text,expected_output\na,Say a.\n=b,no\n")
    try await test.generatedRun()
    try await test.call("runs_create", ["like_run": 1, "prompt_id": 1])
    try await test.call("runs_generate", ["id": 3, "wait_seconds": 600])
    try await test.call("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    try await test.call("experiments_generate", ["experiment_id": 1, "inputs": ["text": "x"]])
    let ids = kind.subject == .comparison ? [1, 3] : [1]
    #expect(ResourceURI(ResourceURI(kind, ids: ids).text) == ResourceURI(kind, ids: ids))
    let text = try await kind.make(test.services, ids)
    var written: [UInt8] = []
    try text.write { written += $0 }
    let page = try text.page(0, .max)
    #expect(String(decoding: written, as: UTF8.self) == page.text)
    #expect(kind.record == .verdicts || !written.isEmpty)
    #expect(kind.hasRows || page.total == 0)
    guard let format = kind.format else { return }
    let result = try await export(kind.subject.rawValue, ids, format, ["path": .string("out.\(kind.endings[0])")])
    #expect(result["bytes"]?.intValue == written.count)
    let path = try #require(result["path"]?.stringValue)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(written))
    #expect(result["uri"]?.stringValue == ResourceURI(kind, ids: ids).text)
  }

  @Test func `a format that a subject lacks is refused with those it has`() async throws {
    try await test.generatedRun()
    let sentence = try await test.refusal("exports_create", ["what": "dataset", "ids": 1, "format": "junit"])
    #expect(sentence.contains("csv, jsonl, openai_evals, fine_tuning"))
    #expect(
      try await test.refusal("exports_create", ["what": "run", "ids": [1, 2], "format": "csv"]).contains("one run"))
    #expect(
      try await test.refusal("exports_create", ["what": "comparison", "id": 1, "format": "md"]).contains("2 to 4"))
    #expect(try await test.refusal("exports_create", ["what": "run", "id": 9, "format": "csv"]).contains("No run 9"))
  }

  // MARK: Datasets

  @Test(arguments: ["csv", "jsonl"])
  func `an exported dataset comes back with the same rows`(format: String) async throws {
    let id = try await test.dataset(Self.hostile)
    let result = try await export("dataset", [id], format)
    let text = try #require(result["text"]?.stringValue)
    let copy = try await test.dataset(text)
    #expect(try await rows(ofDataset: copy) == rows(ofDataset: id))
    #expect(result["note"]?.stringValue?.contains("same rows") == true)
    // -3 and +1 are numbers.
    #expect((result["note"]?.stringValue?.contains("2 cells begin with") == true) == (format == "csv"))
  }

  @Test func `samples and examples are made of rows with an expected output`() async throws {
    let id = try await test.dataset("input,note,expected_output\nHi,x,Hello\nBye,y,\n")
    #expect(
      try await lines("dataset", [id], "openai_evals") == [
        ["input": [["role": "user", "content": "Hi"]], "ideal": "Hello"]
      ])
    let result = try await export("dataset", [id], "fine_tuning")
    #expect(
      try JSONValue(parsing: result["text"]?.stringValue ?? "") == [
        "messages": [["role": "user", "content": "Hi"], ["role": "assistant", "content": "Hello"]]
      ])
    let skipped = result["skipped"]?.arrayValue?.compactMap { $0["what"]?.stringValue }
    #expect(skipped == ["column \"note\"", "row 1"])
    let unclear = try await test.dataset("a,b,expected_output\n1,2,3\n")
    let sentence = try await test.refusal(
      "exports_create", ["what": "dataset", "id": .int(unclear), "format": "fine_tuning"])
    #expect(sentence.contains("a, b"))
  }

  // MARK: Runs

  @Test func `examples of a run are its right answers as they were asked`() async throws {
    let prompt = try await test.id(
      "prompts_create",
      ["name": "p", "template": "Say {{ text }}.", "llm_model": "echo", "system_prompt": "Be {{ tone }}."])
    let dataset = try await test.dataset("text,tone,expected_output\na,kind,Say a.\nb,rude,no\nc,calm,\n")
    let run = try await test.id(
      "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
    try await test.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let sent: (String, String) -> JSONValue = { text, tone in
      [["role": "system", "content": .string("Be \(tone).")], ["role": "user", "content": .string("Say \(text).")]]
    }
    let result = try await export("run", [run], "fine_tuning")
    #expect(
      try JSONValue(parsing: result["text"]?.stringValue ?? "") == [
        "messages": .array((sent("a", "kind").arrayValue ?? []) + [["role": "assistant", "content": "Say a."]])
      ])
    #expect(result["skipped"]?.arrayValue?.isEmpty == false)
    let evals = try await lines("run", [run], "openai_evals")
    #expect(evals.first == ["input": sent("a", "kind"), "ideal": "Say a."])
    #expect(evals.dropFirst().first == ["input": sent("b", "rude"), "ideal": "no"])
  }

  @Test func `the table of a comparison has every run's score and the difference`() async throws {
    try await test.generatedRun(["scoring": "ExactMatch"])
    let other = try await test.id(
      "prompts_create", ["name": "other", "template": "=no", "llm_model": "echo"])
    try await test.call(
      "runs_create", ["prompt_id": .int(other), "dataset_id": 1, "scoring": "ExactMatch", "name": "second"])
    try await test.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let result = try await export("comparison", [1, 2], "csv")
    let table = try CSVTable(result["text"]?.stringValue ?? "")
    #expect(
      table.columns == [
        "row_index", "input.text", "expected_output", "run_1.score", "run_1.response_text", "run_1.status",
        "run_1.cost",
        "run_2.score", "run_2.response_text", "run_2.status", "run_2.cost", "run_2.difference",
      ])
    #expect(table.row(0) == ["0", "a", "Say a.", "1", "Say a.", "completed", "0", "0", "'=no", "completed", "0", "-1"])
    let rows = try await lines("comparison", [1, 2], "jsonl")
    #expect(rows.count == 3 && rows.first?["results"]?.arrayValue?.last?["output"] == "=no")
  }

  @Test func `differences of a comparison are those that the verdict counts`() async throws {
    let run = try await test.generatedRun(["scoring": "ExactMatch", "repeats": 2])
    let other = try await test.id("runs_create", ["like_run": .int(run), "scoring": "Contains", "name": "other"])
    try await test.call("runs_generate", ["id": .int(other), "wait_seconds": 600])
    let result = try await export("comparison", [run, other], "csv")
    let table = try CSVTable(result["text"]?.stringValue ?? "")
    let place = try #require(table.columns.firstIndex(of: "run_\(other).difference"))
    #expect((0..<table.rowCount).map { table.row($0)[place] } == ["", "", ""])
    let compared = try await test.call("runs_compare", ["run_ids": [.int(run), .int(other)]])
    #expect(compared["statistics"]?.arrayValue?.first?["verdict_word"] == "not_comparable")
  }

  @Test func `a run in promptfoo has the prompt, every row and what can be asserted`() async throws {
    let contains = try await test.id(
      "metrics_create",
      ["name": "polite", "check": ["kind": "contains", "value": "{{ text }}", "case_sensitive": false]])
    let length = try await test.id("metrics_create", ["name": "short", "check": ["kind": "length", "max": 5]])
    let run = try await test.generatedRun(
      ["metric_ids": .array([.int(contains), .int(length)])],
      csv: "text,my col,expected_output\n\"a: #b\",x,Say {{ text }}.\n")
    let result = try await export("run", [run], "promptfoo")
    let text = try #require(result["text"]?.stringValue)
    #expect(text.contains(#"type: "icontains""#) && text.contains(#"value: "{{ text }}""#))
    #expect(text.contains(#"text: "a: #b""#) && text.contains(#"my_col: "x""#))
    #expect(text.contains("# Left out or different: Metric \"short\""))
    let skipped = result["skipped"]?.arrayValue?.compactMap { $0["what"]?.stringValue } ?? []
    #expect(skipped.contains("metric \"short\"") && skipped.contains("column \"my col\""))
  }

  // MARK: Long texts

  @Test func `a long text is written in parts and not put into the answer`() async throws {
    let cell = String(repeating: "x", count: 20_000)
    try await test.dataset("text\n" + (0..<300).map { "\($0)\(cell)\n" }.joined())
    let result = try await export("dataset", [1], "jsonl")
    #expect(result["text"] == nil && result["text_omitted"] != nil)
    let text = try await ExportFormat.datasetJSONLines.make(test.services, [1])
    var sizes: [Int] = []
    try text.write { sizes.append($0.count) }
    #expect(sizes.count > 5 && (sizes.max() ?? 0) < 1 << 20 + 30_000)
  }
}
