import JSONCoding

@testable import Providers

extension FuzzTarget {
  /// Files of batch results: the same lines, however the bytes arrive, and every line is a result or is counted.
  static let batchResults = FuzzTarget(name: "batch-results") { bytes in
    let all = arrivals(of: bytes).map(read)
    try require(all.allSatisfy { $0 == all[0] }, "pieces give other lines: \(all)")
    let file = all[0]
    let lines = bytes.split(separator: ASCII.lineFeed).filter { $0.contains { $0 > ASCII.space } }.count
    let found = file.values.count + file.rejectedCount + (file.cutOffLine == nil ? 0 : 1)
    try require(found == lines, "\(found) of \(lines) lines are accounted for")
    try require((file.firstRejected == nil) == (file.rejectedCount == 0), "the first rejected line is missing")
    let byHand = bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
    for (number, value) in zip(file.numbers, file.values) {
      let line = try JSONValue(parsing: Array(byHand[number - 1]), .lenient)
      try require(line.encoded == value, "line \(number) is another one: \(line.text)")
    }
    for value in file.values {
      for vendor in [Vendor.openai, .anthropic] { try requireAnswer(try JSONValue(parsing: value), at: vendor) }
    }
  }

  private struct ReadFile: Equatable {
    var numbers: [Int] = []
    var values: [[UInt8]] = []
    var firstRejected: Int?
    var rejectedCount = 0
    var cutOffLine: Int?
  }

  private static func read(_ arrival: [[UInt8]]) -> ReadFile {
    var lines = ResultLines()
    var found: [ResultLines.Line] = []
    for piece in arrival { found += lines.take(piece) }
    if let last = lines.finish() { found.append(last) }
    return ReadFile(
      numbers: found.map(\.number), values: found.map { $0.value.encoded }, firstRejected: lines.firstRejected,
      rejectedCount: lines.rejectedCount, cutOffLine: lines.cutOffLine)
  }

  private static func requireAnswer(_ line: JSONValue, at vendor: Vendor) throws {
    let credential = ProviderCredential(
      id: 1, provider: vendor, name: "c", endpoint: nil, key: .stored(Secret("sk-fuzz-Zq8wV3nLr7TtYx2B")))
    let connection = try ProviderConnection(provider: vendor, credential: credential, environment: [:])
    try requireAnswer(line, connection.format(anthropicVersion: Anthropic.apiVersion), connection)
  }

  private static func requireAnswer(
    _ line: JSONValue, _ format: some WireFormat, _ connection: ProviderConnection
  ) throws {
    let exchange = ProviderExchange(format, connection, NoTransport(), .system, timeout: 1)
    let request = CompletionRequest(model: "gpt-4.1-mini", messages: [ChatMessage(.user, "?")])
    for value in [line, line["response"]?["body"], line["result"]?["message"], line["result"]].compactMap(\.self) {
      let status = line["response"]?["status_code"]?.count
      switch exchange.batchAnswer(value, status: status, like: request) {
      case .success(let completion):
        let tier = completion.usage?.serviceTier
        try require(tier == nil || tier == TokenUsage.batchTier, "an answer of a batch is billed as \(tier ?? "")")
        for count in [completion.usage?.promptTokens, completion.usage?.completionTokens].compactMap(\.self) {
          try require(count >= 0, "a negative count of tokens")
        }
      case .failure(let error): try require(!error.message.isEmpty, "an error without a message")
      }
      try require(!exchange.batchError(value, like: request).message.isEmpty, "an error without a message")
    }
  }

  /// A transport for readers that send nothing.
  private struct NoTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { throw .unknownHost }
  }
}
