import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct SchedulingTests {
  private let server = TestClient([
    .echo("plain"), .echo("slow", ordering: .concurrent), .echo("waits", ordering: .concurrentWith(argument: "wait")),
  ]).server

  private func ordering(_ method: String, _ params: JSONObject?) -> RequestOrdering {
    server.ordering(of: Request(id: .integer(1), method: method, params: params))
  }

  static let ordered: [(String, JSONObject?)] = [
    ("ping", nil), ("tools/list", nil), ("initialize", [:]), ("nonsense", nil), ("tools/call", nil),
    ("tools/call", ["name": 5]), ("tools/call", ["name": "unknown"]), ("tools/call", ["name": "plain"]),
    ("tools/list", ["name": "slow"]),
  ]

  @Test(arguments: ordered)
  func `requests are answered in order`(method: String, params: JSONObject?) {
    #expect(ordering(method, params) == .ordered)
  }

  @Test func `a concurrent tool delays no other call`() {
    #expect(ordering("tools/call", ["name": "slow"]) == .concurrent)
  }

  static let waits: [(JSONValue?, RequestOrdering)] = [
    (nil, .ordered), (JSONValue.null, .ordered), ([:], .ordered), (["wait": nil], .ordered),
    (["wait": 0], .ordered), (["wait": 0.0], .ordered), (["wait": "0"], .ordered), (["wait": ""], .ordered),
    (["wait": 5], .concurrent), (["wait": "5"], .concurrent), (#"{"wait":5}"#, .concurrent), ("nonsense", .ordered),
  ]

  @Test(arguments: waits)
  func `a tool that waits only when asked to is concurrent only then`(given: JSONValue?, expected: RequestOrdering) {
    var params: JSONObject = ["name": "waits"]
    params["arguments"] = given
    #expect(ordering("tools/call", params) == expected)
  }

  @Test(arguments: ["tools/call", "tools/list", "ping", "nonsense"])
  func `every request but initialize can be cancelled`(method: String) {
    #expect(server.isCancellable(Request(id: .integer(1), method: method)))
    #expect(!server.isCancellable(Request(id: .integer(1), method: "initialize")))
  }

  static let ids: [(JSONValue, RequestID)] = [
    (0, .integer(0)), (-1, .integer(-1)), ("1", .string("1")), ("", .string("")),
    (.numeral("123456789012345678901"), .bigInteger("123456789012345678901")),
  ]

  @Test(arguments: ids)
  func `a cancellation names a request by an id of any type`(id: JSONValue, expected: RequestID) {
    let notification = Notification(
      method: "notifications/cancelled", params: ["requestId": id, "reason": "timeout"])
    #expect(server.cancellation(in: notification) == expected)
  }

  @Test(arguments: [
    Notification(method: "notifications/cancelled"), Notification(method: "notifications/cancelled", params: [:]),
    Notification(method: "notifications/cancelled", params: ["requestId": nil]),
    Notification(method: "notifications/cancelled", params: ["requestId": 1.5]),
    Notification(method: "notifications/cancelled", params: ["requestId": [1]]),
    Notification(method: "notifications/initialized", params: ["requestId": 1]),
  ])
  func `a cancellation without a valid id cancels nothing`(notification: JSONRPC.Notification) {
    #expect(server.cancellation(in: notification) == nil)
  }
}
