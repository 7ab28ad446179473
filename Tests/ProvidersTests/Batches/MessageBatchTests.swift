import Foundation
import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct MessageBatchTests {
  private func ended(_ url: String?) -> BatchStatus {
    BatchStatus(id: "msgbatch_1", phase: .ended, word: "ended", files: url.map { [$0] } ?? [])
  }
  private let results = "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results"

  @Test func `the requests stand in the body of the submission`() async throws {
    let transport = FakeTransport(.ok(messagesAnswer), .ok(messageBatch("in_progress")))
    let model = httpModel(try connection(.anthropic), transport: transport)
    let batches = try #require(model.batches)
    let asked = request("claude-opus-4-5")
    _ = try await model.complete(asked)
    let lines = try batches.lines(asked, asked)
    #expect(try await batches.upload(lines, label: "run-7") == nil)
    let status = try await batches.submit(lines, file: nil, label: "run-7")
    #expect(status.phase == .working && status.total == 3 && status.finished == nil)
    #expect(status.expiresAt == batchTime + 86_400 && status.id == "msgbatch_1")
    let sent = transport.requests[1]
    #expect(sent.url.absoluteString == "https://api.anthropic.com/v1/messages/batches" && sent.method == .post)
    #expect(sent.headers["x-api-key"] == testKey && sent.headers["anthropic-version"] == Anthropic.apiVersion)
    let plain = try transport.bodies[0]
    #expect(
      try transport.bodies[1] == [
        "requests": [["custom_id": "r1", "params": plain], ["custom_id": "r2", "params": plain]]
      ])
    #expect(batches.limits.requests == 100_000 && batches.limits.bytes < 256_000_000)
  }

  @Test func `there is no progress before the end`() async throws {
    let done: JSONObject = [
      "results_url": .string(results),
      "request_counts": ["processing": 0, "succeeded": 1, "errored": 1, "canceled": 1, "expired": 1],
    ]
    let transport = FakeTransport(
      .ok(messageBatch("in_progress")), .ok(messageBatch("canceling")), .ok(messageBatch("ended", done)))
    let batches = try batchService(.anthropic, transport)
    var phases: [BatchStatus] = []
    for _ in 0..<3 { phases.append(try await batches.status(of: "msgbatch_1")) }
    #expect(phases.map(\.phase) == [.working, .cancelling, .ended])
    #expect(phases.map(\.finished) == [nil, nil, 4] && phases.map(\.total) == [3, 3, 4])
    #expect(phases.map(\.files) == [[], [], [results]])
  }

  @Test func `a lost submission is looked for by its size and time`() async throws {
    let bigger = messageBatch("in_progress", ["id": "b", "request_counts": ["processing": 4]])
    let older = messageBatch("ended", ["id": "c", "created_at": "2027-01-13T06:00:00Z"])
    let transport = FakeTransport(
      .ok(#"{"data":[\#(bigger)],"has_more":true,"first_id":"b","last_id":"b"}"#),
      .ok(#"{"data":[\#(messageBatch("in_progress")),\#(older)],"has_more":false,"last_id":"c"}"#))
    let batches = try batchService(.anthropic, transport)
    #expect(try await batches.candidates(label: "x", count: 3, since: batchTime).map(\.id) == ["msgbatch_1"])
    #expect(
      transport.requests.map(\.url.absoluteString) == [
        "https://api.anthropic.com/v1/messages/batches?limit=100",
        "https://api.anthropic.com/v1/messages/batches?limit=100&after_id=b",
      ])
  }

  @Test func `every kind of result is read`() async throws {
    let failure = #"{"type":"errored","error":{"type":"error","error":{"type":"TYPE","message":"No \#(testKey)"}}}"#
    let text =
      try messageResult("a", #"{"type":"succeeded","message":\#(messagesAnswer)}"#)
      + messageResult("b", failure.replacing("TYPE", with: "invalid_request_error"))
      + messageResult("c", failure.replacing("TYPE", with: "overloaded_error"))
      + messageResult("d", #"{"type":"expired"}"#) + messageResult("e", #"{"type":"canceled"}"#)
    let files = FakeStreaming(.results(text))
    let found = try await batchService(.anthropic, files: files).all(
      ended(results), like: request("claude-opus-4-5"))
    #expect(found.map(\.id) == ["a", "b", "c", "d", "e"])
    #expect(found[1].error?.kind == .invalidRequest && found[2].error?.kind == .transient)
    #expect(found.allSatisfy { !($0.error?.message.contains(testKey.suffix(8)) ?? false) })
    guard case .expired = found[3].outcome, case .cancelled = found[4].outcome else {
      Issue.record("\(found)")
      return
    }
    let completion = try #require(found[0].completion)
    #expect(completion.text == "Paris" && completion.serviceTier == "batch" && completion.warnings.isEmpty)
    // 10 new tokens at 5 dollars, 4 read at 0.5, 2 written at 6.25, and 5 out at 25, all halved.
    let usage = try #require(completion.usage)
    let cost = try #require(Vendor.anthropic.cost(of: usage, model: "claude-opus-4-5"))
    #expect(abs(cost - (10 * 5 + 4 * 0.5 + 2 * 6.25 + 5 * 25) / 2e6) < 1e-12)
    #expect(files.requests[0].url.absoluteString == results)
    #expect(files.requests[0].headers["x-api-key"] == testKey && files.requests[0].isOpenEnded)
  }

  @Test(arguments: [
    "https://evil.example/v1/results", "https://api.anthropic.com:444/x", "http://api.anthropic.com/x",
    "https://api.anthropic.com@evil.example/x", "https://api.anthropic.com.evil.example/x", "//evil.example/x", "::",
    "https://a:b@api.anthropic.com/x",
  ])
  func `the key is not sent to another server for the results`(_ url: String) async throws {
    let files = FakeStreaming(.results(""))
    let (groups, error) = try await batchService(.anthropic, files: files).collected(ended(url))
    #expect(groups.isEmpty && files.requests.isEmpty)
    #expect(error?.kind == .unusableAnswer && error?.message.contains("another server") == true)
  }

  @Test(arguments: [
    ("/v1/results?page=2", "https://api.anthropic.com/v1/results?page=2"),
    ("https://API.anthropic.com:443/x", "https://API.anthropic.com:443/x"),
  ])
  func `results at the same server are read wherever they are`(_ url: String, _ read: String) async throws {
    let files = FakeStreaming(.results(""))
    #expect(try await batchService(.anthropic, files: files).all(ended(url)).isEmpty)
    #expect(files.requests.map(\.url.absoluteString) == [read])
  }

  @Test func `results that are gone are an error, not an empty batch`() async throws {
    let batches = try batchService(.anthropic)
    #expect(try await batches.collected(ended(nil)).error?.kind == .notFound)
  }

  @Test func `a result of an unknown kind is reported`() async throws {
    let files = FakeStreaming(.results(try messageResult("a", #"{"type":"new"}"#)))
    let (groups, error) = try await batchService(.anthropic, files: files).collected(ended(results))
    #expect(groups.isEmpty && error?.kind == .unusableAnswer)
  }
}
