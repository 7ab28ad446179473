import Providers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// The limit for runs: the same requests through the transport alone, which reads the answers and discards them.
// transport-benchmark URL ROWS CONCURRENCY prints requests a second.

/// The bytes of one request's body, in the form that a run sends.
func body(row: Int) -> [UInt8] {
  let text = "Question \(row): what is the capital of France? Answer with one word."
  return Array(
    #"""
    {"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are concise."},{"role":"user","content":"\#(text)"}],"temperature":0,"max_tokens":16}
    """#.utf8)
}

struct Unexpected: Error {
  let status: Int
}

@concurrent
func sendAll(_ rows: Int, concurrency: Int, to url: URL) async throws -> Double {
  let transport = CurlTransport()
  let template = HTTPRequest(
    .post, url,
    headers: ["Content-Type": "application/json", "Accept": "application/json", "Authorization": "Bearer x"])
  let start = ContinuousClock.now
  try await withThrowingTaskGroup(of: Int.self) { group in
    for row in 0..<rows {
      if row >= concurrency { _ = try await group.next() }
      group.addTask {
        var request = template
        request.body = body(row: row)
        let response = try await transport.send(request)
        guard response.status == 200 else { throw Unexpected(status: response.status) }
        return response.body.count
      }
    }
    try await group.waitForAll()
  }
  let elapsed = ContinuousClock.now - start
  return Double(rows) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
}

let arguments = CommandLine.arguments
if arguments.count == 4, let url = URL(string: arguments[1]), let rows = Int(arguments[2]),
  let concurrency = Int(arguments[3])
{
  print(try await sendAll(rows, concurrency: concurrency, to: url))
} else {
  print("usage: transport-benchmark URL ROWS CONCURRENCY")
}
