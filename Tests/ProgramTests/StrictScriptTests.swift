import JSONCoding
import JSONRPC
import Testing

@testable import completion_kit

@Suite struct StrictScriptTests {
  private static let request = Request(id: .integer(7), method: "tools/call", params: ["name": "runs_get"])

  private func fault(_ outcomes: Result<JSONObject, RPCError>..., isWhole: Bool = true) -> String? {
    let script = StrictScript()
    for outcome in outcomes { script.take(Answer(id: .integer(7), request: Self.request, outcome: outcome)) }
    let faults = script.faults(isWhole: isWhole)
    return faults.isEmpty ? nil : faults.joined(separator: "\n")
  }

  private func result(_ text: String, isError: Bool = false) -> Result<JSONObject, RPCError> {
    .success(["content": [["type": "text", "text": .string(text)]], "isError": .bool(isError)])
  }

  @Test func `results without an error or a gate pass, and so does a gate that passes`() {
    #expect(fault(result("{}"), result(#"{"gate":{"passed":true,"reasons":[]}}"#), .success([:])) == nil)
    #expect(fault(result("no JSON")) == nil)
  }

  @Test func `a gate is found in the text and in the structured content`() {
    let expected = "request 7 (tools/call runs_get) failed: the gate does not pass. a b"
    #expect(fault(result(#"{"gate":{"passed":false,"reasons":["a","b"]}}"#)) == expected)
    let structured: JSONObject = [
      "content": [["type": "text", "text": "{}"]],
      "structuredContent": ["gate": ["passed": false, "reasons": ["a", "b"]]],
    ]
    #expect(fault(.success(structured)) == expected)
    #expect(fault(result(#"{"gate":{"passed":false}}"#)) != nil)
  }

  @Test func `each fault is named, and those beyond twenty are counted`() {
    #expect(
      fault(result("{}"), result("No run 7.", isError: true), .failure(.parseError("x")))
        == "request 7 (tools/call runs_get) failed: No run 7.\nrequest 7 (tools/call runs_get) failed: x")
    let script = StrictScript()
    for _ in 0..<23 { script.take(Answer(id: .integer(7), request: Self.request, outcome: .failure(.parseError("x")))) }
    #expect(script.faults(isWhole: true).count == 21)
    #expect(script.faults(isWhole: true).last == "3 more requests failed")
    #expect(fault(.failure(.parseError("not\nthis"))) == "request 7 (tools/call runs_get) failed: not this")
  }

  @Test func `no answer and an early end are faults`() {
    #expect(fault() == "the input has no request")
    #expect(fault(result("{}"), isWhole: false)?.contains("ended before") == true)
  }
}
