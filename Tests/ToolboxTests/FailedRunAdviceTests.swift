import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// A run whose calls failed says what runs_generate does next.
@Suite struct FailedRunAdviceTests {
  private static let page = HTTPResponse(
    status: 200, headers: ["Content-Type": "text/html"], body: Array("<html><title>Sign in</title></html>".utf8))

  private func run(rows: Int, _ answer: HTTPResponse) async throws -> [String] {
    let server = TestServer(transport: ChatTransport { _ in answer })
    _ = try await server.id(
      "provider_credentials_create",
      ["provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1"])
    let csv = "text\n" + (1...rows).map { "row \($0)\n" }.joined()
    let id = try await server.generatedRun(["model": "own/m"], csv: csv)
    let run = try await server.call("runs_get", ["id": .int(id)])
    #expect(run["status"] == "failed", "\(run)")
    return run.strings("warnings")
  }

  @Test(arguments: [401, 402, 404])
  func `rows that failed before the run stopped are asked anew too`(status: Int) async throws {
    let warnings = try await run(rows: 12, ChatTransport.refusal("No", status: status))
    #expect(
      warnings.contains { $0.contains("still to be made: runs_generate makes them, and asks the 1 failed one anew.") },
      "\(warnings)")
  }

  @Test func `a run that has asked every row in vain says how it goes on`() async throws {
    for answer in [Self.page, ChatTransport.refusal("No", status: 400)] {
      let warnings = try await run(rows: 2, answer)
      #expect(warnings.contains("runs_generate asks the 2 failed rows anew."), "\(warnings)")
    }
  }
}
