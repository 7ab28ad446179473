import Foundation
import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct FileBatchResultTests {
  private let ended = BatchStatus(
    id: "batch_1", phase: .ended, word: "completed", finished: 4, total: 4, files: ["file-out", "file-err"])

  @Test func `results are read from both files, in any order and as they are`() async throws {
    let transport = FakeTransport("{}")
    let files = FakeStreaming(
      .results(try fileResult("r2") + fileResult("r1") + fileResult("r1") + fileResult("unknown")),
      .results(fileError("r3", "batch_expired") + fileError("r4", "batch_cancelled")))
    let results = try await batchService(.openai, transport, files: files).all(ended)
    #expect(results.map(\.id) == ["r2", "r1", "r1", "unknown", "r3", "r4"])
    #expect(results.prefix(4).allSatisfy { $0.completion?.text == "Paris" })
    guard case .expired = results[4].outcome, case .cancelled = results[5].outcome else {
      Issue.record("\(results)")
      return
    }
    #expect(
      files.requests.map(\.url.path) == ["/v1/files/file-out/content", "/v1/files/file-err/content"])
    #expect(files.requests.allSatisfy { $0.isOpenEnded && $0.headers["Authorization"] == "Bearer \(testKey)" })
    #expect(transport.requests.isEmpty)
  }

  @Test func `an answer is read as that of a plain call, at the price of a batch`() async throws {
    var body = try JSONValue(parsing: chatAnswer).objectValue ?? [:]
    body["service_tier"] = "default"
    body["model"] = "gpt-4o-2024-08-06"
    let files = FakeStreaming(.results(try fileResult("r1", JSONValue.object(body).text)))
    let plain = try await httpModel(
      try connection(.openai), transport: FakeTransport(JSONValue.object(body).text)
    ).complete(request())
    var batch = ended
    batch.files = ["file-out"]
    var completion = try #require(try await batchService(.openai, files: files).all(batch)[0].completion)
    #expect(completion.serviceTier == "batch")
    #expect(completion.warnings.contains { $0.contains("gpt-4o-2024-08-06 answered") })
    let costs = [plain, completion].map { $0.usage.flatMap { Vendor.openai.cost(of: $0, model: "gpt-4.1-mini") } }
    // 4 new and 8 cached tokens in, 5 out.
    let full = (4 * 0.4 + 8 * 0.1 + 5 * 1.6) / 1e6
    #expect(try abs(#require(costs[0]) - full) < 1e-12 && abs(#require(costs[1]) - full / 2) < 1e-12)
    completion.usage?.serviceTier = plain.usage?.serviceTier
    completion.latency = plain.latency
    #expect(completion == plain)
  }

  @Test func `a failed request has the error of a plain call`() async throws {
    let refusal = #"{"error":{"message":"Bad \#(testKey) value","type":"invalid_request_error"}}"#
    let files = FakeStreaming(
      .results(
        try fileResult("a", status: 400, refusal) + fileResult("b", status: 429, "{}") + fileResult("c", "{}")
          + fileError("d", "request_timeout", "Timed out \(testKey)") + fileError("e", "server_error")),
      .results(""))
    let results = try await batchService(.openai, files: files).all(ended)
    #expect(
      results.map { $0.error?.kind } == [
        .invalidRequest, .transient, .unusableAnswer, .transient, .transient,
      ])
    #expect(results.allSatisfy { !($0.error?.message.contains(testKey.suffix(8)) ?? true) })
  }

  @Test func `a key in an answer is redacted`() async throws {
    let answer = chatAnswer.replacing("Paris", with: "It is \(testKey).")
    let files = FakeStreaming(.results(try fileResult("a", answer)), .results(""))
    let text = try #require(try await batchService(.openai, files: files).all(ended)[0].completion?.text)
    #expect(text == "It is <redacted>.")
  }

  @Test func `an unusable answer keeps its usage, at the price of a batch`() async throws {
    let answer = chatAnswer.replacing("Paris", with: "").replacing("\"stop\"", with: "\"length\"")
    let files = FakeStreaming(.results(try fileResult("a", answer)), .results(""))
    let error = try #require(try await batchService(.openai, files: files).all(ended)[0].error)
    #expect(error.isCutOff && error.usage?.completionTokens == 5 && error.usage?.serviceTier == "batch")
  }

  // MARK: Incomplete files

  @Test func `a file that is cut off is an error after its whole lines, and the other file is read`() async throws {
    let whole = try fileResult("a")
    for (text, lost) in [
      (whole + whole.dropLast(9), nil), (whole, HTTPError.connectionLost("it was closed in the middle")),
      (whole + "{", .stalled(seconds: 9)),
    ] {
      let files = FakeStreaming(.results(text, error: lost), .results(try fileResult("b")))
      let (groups, error) = try await batchService(.openai, files: files).collected(ended)
      #expect(groups.flatMap(\.self).map(\.id) == ["a", "b"])
      #expect(error?.kind == .transient && error?.isUncounted == false)
    }
  }

  @Test func `a last line without an end is whole if its JSON is`() async throws {
    let files = FakeStreaming(.results(String(try fileResult("a").dropLast())), .results("\n \n"))
    #expect(try await batchService(.openai, files: files).all(ended).map(\.id) == ["a"])
  }

  @Test func `lines that are no results are counted, and the others are delivered`() async throws {
    let text = try fileResult("a") + "<html>\n" + fileResult("b") + "{\"x\":1}\n[]\n"
    let files = FakeStreaming(.results(text), .results(""))
    let (groups, error) = try await batchService(.openai, files: files).collected(ended)
    #expect(groups.flatMap(\.self).map(\.id) == ["a", "b"])
    #expect(error?.kind == .unusableAnswer)
    #expect(error?.message.contains("Line 2") == true && error?.message.contains("2 more") == true)
  }

  @Test(arguments: [(404, ProviderError.Kind.notFound), (401, .unauthorized), (429, .transient), (503, .transient)])
  func `a file that cannot be had is an error like any other`(_ status: Int, _ kind: ProviderError.Kind) async throws {
    let answer = FakeStreaming.Answer.json(
      #"{"error":{"message":"No \#(testKey)"}}"#, status: status, headers: ["Retry-After": "3"])
    let (groups, error) = try await batchService(.openai, files: FakeStreaming(answer)).collected(ended)
    #expect(groups.isEmpty && error?.kind == kind && error?.status == status)
    #expect(error?.message.contains(testKey.suffix(8)) == false)
    if status == 429 { #expect(error?.retryAfter == 3) }
  }

  @Test func `a batch without files has no results`() async throws {
    var empty = ended
    empty.files = []
    #expect(try await batchService(.openai).all(empty).isEmpty)
  }

  @Test func `a receiver that fails ends the reading`() async throws {
    struct Full: Error {}
    let files = FakeStreaming(.results(try fileResult("a") + fileResult("b")), .results(try fileResult("c")))
    let batches = try batchService(.openai, files: files)
    await #expect(throws: Full.self) {
      try await batches.results(of: ended, like: request()) { _ in throw Full() }
    }
    #expect(files.requests.count == 1)
  }

  @Test func `files of any size are split into lines, whatever the pieces`() async throws {
    let text = try (0..<300).map { try fileResult("r\($0)") }.joined()
    for size in [1, 100, 4_096, 1_000_000] {
      var lines = ResultLines()
      var numbers: [Int] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        numbers += lines.take(Array(rest.prefix(size))).map(\.number)
        rest = rest.dropFirst(size)
      }
      #expect(lines.finish() == nil && lines.rejectedCount == 0 && lines.cutOffLine == nil)
      #expect(numbers == Array(1...300))
    }
  }

  @Test func `the first line without a result is the lowest, whoever reports it`() {
    var lines = ResultLines()
    let read = lines.take(Array("{}\nx\n".utf8))
    #expect(read.map(\.number) == [1] && lines.firstRejected == 2)
    lines.reject(1)
    #expect(lines.firstRejected == 1 && lines.rejectedCount == 2)
  }
}
