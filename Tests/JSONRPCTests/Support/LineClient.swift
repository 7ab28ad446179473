import JSONCoding
import JSONRPC
import Testing

/// A client and the connection that serves it, in memory.
struct LineClient {
  let transport: MemoryTransport
  let handler: TestHandler
  let connection: Connection
  private let run: Task<Void, Never>

  init(inOrder: Bool = false, acceptsBatches: Bool = false, room: Int = .max) {
    let transport = MemoryTransport(room: room)
    let handler = TestHandler(acceptsBatches: acceptsBatches)
    let connection = Connection(transport: transport, handler: handler, inOrder: inOrder)
    self.transport = transport
    self.handler = handler
    self.connection = connection
    run = Task { await connection.run() }
  }

  func send(_ lines: String...) {
    transport.send(Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  func request(_ id: JSONValue, _ method: String, _ params: JSONObject? = nil) {
    send(Self.message(id, method, params))
  }

  func cancel(_ id: JSONValue) {
    send(Self.message(nil, "cancel", ["id": id]))
  }

  static func message(_ id: JSONValue?, _ method: String, _ params: JSONObject? = nil) -> String {
    var object: JSONObject = ["jsonrpc": "2.0"]
    object["id"] = id
    object["method"] = .string(method)
    object["params"] = params.map(JSONValue.object)
    return JSONValue.object(object).text
  }

  /// Waits until a waiting request of the test's handler has begun.
  func nextBegun() async -> RequestID? { await handler.begunIDs.next() }

  /// The next line from the connection; nil at its end.
  func nextLine() async -> String? { await transport.lines.next() }

  /// The next message from the connection.
  func nextMessage() async throws -> JSONValue {
    try JSONValue(parsing: try #require(await nextLine()))
  }

  /// Ends the input and returns the remaining lines.
  func finish() async -> [String] {
    transport.endInput()
    return await remainingLines()
  }

  /// Waits for the end of the connection and returns the remaining lines.
  func remainingLines() async -> [String] {
    var rest: [String] = []
    while let line = await transport.lines.next() { rest.append(line) }
    await run.value
    return rest
  }

  /// Cancels the task that runs the connection.
  func cancelRun() { run.cancel() }
}
