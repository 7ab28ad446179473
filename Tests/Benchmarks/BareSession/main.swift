import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

// The limit for runs: the same requests by URLSession alone, which reads the answers and keeps nothing.
// bare-session URL ROWS CONCURRENCY prints requests a second.

/// The bytes of one request's body, of the shape that a run sends.
func body(row: Int) -> Data {
  let text = "Question \(row): what is the capital of France? Answer with one word."
  return Data(
    #"""
    {"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are concise."},{"role":"user","content":"\#(text)"}],"temperature":0,"max_tokens":16}
    """#.utf8)
}

@concurrent
func send(_ row: Int, to url: URL, with session: URLSession) async throws -> Int {
  var request = URLRequest(url: url)
  request.httpMethod = "POST"
  request.setValue("application/json", forHTTPHeaderField: "Content-Type")
  request.setValue("Bearer x", forHTTPHeaderField: "Authorization")
  request.httpBody = body(row: row)
  let (data, response) = try await session.data(for: request)
  guard let response = response as? HTTPURLResponse, response.statusCode == 200 else {
    throw URLError(.badServerResponse)
  }
  return data.count
}

@concurrent
func sendAll(_ rows: Int, concurrency: Int, to url: URL) async throws -> Double {
  let configuration = URLSessionConfiguration.ephemeral
  configuration.httpMaximumConnectionsPerHost = 128
  configuration.urlCache = nil
  let session = URLSession(configuration: configuration)
  let start = ContinuousClock.now
  try await withThrowingTaskGroup(of: Int.self) { group in
    for row in 0..<rows {
      if row >= concurrency { _ = try await group.next() }
      group.addTask { try await send(row, to: url, with: session) }
    }
    try await group.waitForAll()
  }
  let elapsed = ContinuousClock.now - start
  return Double(rows) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let url = URL(string: arguments[1]), let rows = Int(arguments[2]),
  let concurrency = Int(arguments[3])
else {
  print("usage: bare-session URL ROWS CONCURRENCY")
  exit(64)
}
print(try await sendAll(rows, concurrency: concurrency, to: url))
