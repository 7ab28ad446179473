import Foundation
import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct FileBatchTests {
  private let working = BatchStatus(id: "batch_1", phase: .working, word: "validating")

  // MARK: Submission

  @Test func `a line holds the request that a plain call sends`() async throws {
    let transport = FakeTransport(chatAnswer)
    let model = httpModel(try connection(.openai), transport: transport)
    var asked = request("gpt-5.2")
    (asked.maxTokens, asked.reasoningEffort) = (50, .low)
    _ = try await model.complete(asked)
    let line = try JSONValue(parsing: try #require(model.batches).line(for: asked, id: "r-1_A").bytes)
    #expect(line["custom_id"] == "r-1_A" && line["method"] == "POST" && line["url"] == "/v1/chat/completions")
    #expect(try line["body"] == transport.bodies[0])
    #expect(line["body"]?["max_completion_tokens"] == 50)
  }

  @Test func `a line has the shape that a refused plain call has taught, and its warnings`() async throws {
    let refusal =
      #"{"error":{"message":"Unsupported parameter: 'top_p' is not supported with this model.","code":"unsupported_parameter","param":"top_p"}}"#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    let model = httpModel(try connection(.openai), transport: transport)
    var asked = request()
    asked.topP = 0.5
    let batches = try #require(model.batches)
    #expect(try JSONValue(parsing: batches.line(for: asked, id: "a").bytes)["body"]?["top_p"] == 0.5)
    _ = try await model.complete(asked)
    let line = try batches.line(for: asked, id: "a")
    #expect(try JSONValue(parsing: line.bytes)["body"]?["top_p"] == nil)
    #expect(line.warnings.contains { $0.hasPrefix("top_p was not sent") })
  }

  @Test func `a request that the model is known not to take is refused before the batch`() throws {
    let batches = try batchService(.anthropic)
    var asked = request("claude-haiku-4-5")
    asked.temperature = 2
    #expect(throws: ProviderError.self) { try batches.line(for: asked, id: "a") }
  }

  @Test func `the file is uploaded as a form, and the batch names it and the label`() async throws {
    let transport = FakeTransport(.ok(#"{"id":"file-in","object":"file"}"#), .ok(fileBatch("validating")))
    let batches = try batchService(.openai, transport)
    let lines = try batches.lines(request(), request())
    let file = try await batches.upload(lines, label: "run-7")
    #expect(file == "file-in")
    let upload = transport.requests[0]
    #expect(upload.url.absoluteString == "https://api.openai.com/v1/files" && upload.method == .post)
    #expect(upload.headers["Authorization"] == "Bearer \(testKey)")
    let type = try #require(upload.headers["Content-Type"])
    let boundary = try #require(type.split(separator: "boundary=").last)
    let parts = String(decoding: upload.body, as: UTF8.self).components(separatedBy: "--\(boundary)")
    #expect(type.hasPrefix("multipart/form-data;") && parts.count == 4 && parts[3] == "--\r\n")
    #expect(parts[1].hasSuffix("name=\"purpose\"\r\n\r\nbatch\r\n"))
    #expect(parts[2].contains("name=\"file\"; filename=\"completion-kit-run-7.jsonl\"\r\n"))
    #expect(parts[2].hasSuffix("\r\n\r\n" + String(decoding: lines.bytes, as: UTF8.self) + "\r\n"))

    let status = try await batches.submit(lines, file: file, label: "run-7")
    var expected = BatchStatus(id: "batch_1", phase: .working, word: "validating", expiresAt: batchTime + 86_400)
    expected.label = "run-7"
    #expect(status == expected)
    #expect(transport.requests[1].url.absoluteString == "https://api.openai.com/v1/batches")
    #expect(
      try transport.bodies(from: 1) == [
        [
          "input_file_id": "file-in", "endpoint": "/v1/chat/completions", "completion_window": "24h",
          "metadata": ["completion_kit": "run-7"],
        ]
      ])
  }

  @Test func `a large upload has more time`() async throws {
    let transport = FakeTransport(#"{"id":"file-in"}"#)
    let batches = try batchService(.openai, transport)
    var lines = BatchLines()
    let line = BatchLine(bytes: [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000))
    for _ in 0..<12 { _ = lines.add(line, within: batches.limits) }
    _ = try await batches.upload(lines, label: "x")
    #expect(transport.requests[0].timeout > HTTPRequest.defaultTimeout + 1_000)
  }

  @Test func `one batch holds what the documents allow`() throws {
    let limits = try batchService(.openai).limits
    #expect(limits == BatchLimits(requests: 50_000, bytes: 200_000_000))
    var lines = BatchLines()
    let few = BatchLimits(requests: 2, bytes: 10)
    let fit = ["{}", "{\"ab\":1}", "{\"a\":1", ""].map { lines.add(BatchLine(bytes: Array($0.utf8)), within: few) }
    #expect(fit == [true, false, true, false] && lines.count == 2)
  }

  // MARK: Lost submissions

  @Test(arguments: [
    (FakeTransport.Answer.failure(.connectionLost("it was reset")), true), (.failure(.timedOut(seconds: 9)), true),
    (.failure(.cannotConnect("the connection was refused")), false), (.failure(.unknownHost), false),
    (.ok(#"{"error":{"message":"x"}}"#, status: 400), false), (.ok("{}", status: 401), false),
    (.ok("{}", status: 429, headers: ["Retry-After": "7"]), false), (.ok("{}", status: 500), true),
    (.ok("<html>", status: 502), true), (.ok("{}", status: 504), true), (.ok("no JSON"), true), (.ok("{}"), true),
  ])
  func `a submission may exist if its answer was lost, and only then`(
    _ answer: FakeTransport.Answer, _ mayExist: Bool
  ) async throws {
    let batches = try batchService(.openai, FakeTransport(answer))
    let lines = try batches.lines(request())
    let lost = await failure { () throws(ProviderError) in
      try await batches.submit(lines, file: "file-in", label: "run-7")
    }
    #expect(lost?.isUncounted == mayExist)
    // Nothing else costs anything.
    for error in [
      await failure { () throws(ProviderError) in try await batches.upload(lines, label: "run-7") },
      await failure { () throws(ProviderError) in try await batches.status(of: "batch_1") },
    ] { #expect(error?.isUncounted == false) }
  }

  @Test func `a batch is found by its label, on a later page too`() async throws {
    let other = fileBatch("in_progress", ["id": "batch_2", "metadata": ["completion_kit": "run-8"]])
    let plain = fileBatch("in_progress", ["id": "batch_3", "metadata": nil])
    let transport = FakeTransport(
      .ok(#"{"data":[\#(other),\#(plain)],"has_more":true,"last_id":"batch_3"}"#),
      .ok(#"{"data":[\#(fileBatch("in_progress"))],"has_more":false}"#))
    let batches = try batchService(.openai, transport)
    let found = try await batches.candidates(label: "run-7", count: 2, since: batchTime + 20)
    #expect(found.map(\.id) == ["batch_1"])
    #expect(
      transport.requests.map(\.url.absoluteString) == [
        "https://api.openai.com/v1/batches?limit=100", "https://api.openai.com/v1/batches?limit=100&after=batch_3",
      ])
  }

  @Test func `a batch is found behind pages of older ones`() async throws {
    let old = (1...3).map { fileBatch("completed", ["id": .string("old_\($0)"), "created_at": 1, "metadata": nil]) }
    let transport = FakeTransport(
      .ok(#"{"data":[\#(old[0]),\#(old[1])],"has_more":true}"#), .ok(#"{"data":[\#(old[2])],"has_more":true}"#),
      .ok(#"{"data":[\#(fileBatch("in_progress"))],"has_more":true,"last_id":"batch_1"}"#))
    let batches = try batchService(.openai, transport)
    let found = try await batches.candidates(label: "run-7", count: 2, since: batchTime + 90_000)
    // Its label is proof, so that nothing more is read.
    #expect(found.map(\.id) == ["batch_1"] && transport.requests.count == 3)
  }

  @Test func `of a very long list, the rest may be left out if the newest come first`() async throws {
    func pages(_ times: (Int) -> Double) -> FakeTransport {
      let answers = (0..<100).map { page in
        let batch = fileBatch(
          "completed",
          ["id": .string("b\(page)"), "created_at": .double(times(page)), "metadata": ["completion_kit": "x"]])
        return FakeTransport.Answer.ok(#"{"data":[\#(batch)],"has_more":true}"#)
      }
      return FakeTransport(answers)
    }
    let falling = pages { batchTime + 90_000 - Double($0) * 10_000 }
    let batches = try batchService(.openai, falling)
    #expect(try await batches.candidates(label: "run-7", count: 2, since: batchTime).isEmpty)
    #expect(falling.requests.count == 100)
    for transport in [pages { _ in 1 }, pages { batchTime + Double($0) * 10_000 }] {
      let batches = try batchService(.openai, transport)
      let error = await failure { () throws(ProviderError) in
        try await batches.candidates(label: "run-7", count: 2, since: batchTime)
      }
      #expect(error?.message.contains("could not be read to its end") == true)
    }
  }

  @Test func `only a server without the list has no batch API`() async throws {
    let answers: [(FakeTransport.Answer, Bool)] = [
      (.ok(#"{"data":[]}"#), true), (.ok("{}", status: 500), true), (.ok("{}", status: 401), true),
      (.ok("Not Found", status: 404), false), (.ok("No", status: 405), false),
    ]
    for (answer, hasAPI) in answers {
      let transport = FakeTransport(answer)
      let batches = try batchService(.openai, at: "http://127.0.0.1:9/v1", transport)
      let error = await failure { () throws(ProviderError) in try await batches.check() }
      #expect((error == nil) == hasAPI && transport.requests[0].method == .get)
    }
  }

  /// A batch that is not found is submitted again, so nothing may be left unread.
  @Test(arguments: [
    #"{"data":[OLD,NEW],"has_more":true}"#, #"{"data":[{"object":"batch"}],"has_more":true}"#,
  ])
  func `a list that cannot be read to its end finds nothing and says so`(list: String) async throws {
    let text = list.replacing(
      "OLD", with: fileBatch("completed", ["metadata": ["completion_kit": "x"], "created_at": 1])
    )
    .replacing("NEW", with: fileBatch("in_progress", ["id": "b", "metadata": ["completion_kit": "y"]]))
    let batches = try batchService(.openai, FakeTransport(text))
    let error = await failure { () throws(ProviderError) in
      try await batches.candidates(label: "run-7", count: 2, since: batchTime + 90_000)
    }
    #expect(error?.message.contains("could not be read to its end") == true)
  }

  @Test func `a label is found whatever the clocks say`() async throws {
    let batches = try batchService(.openai, FakeTransport(#"{"data":[\#(fileBatch("in_progress"))]}"#))
    let found = try await batches.candidates(label: "run-7", count: 2, since: batchTime + 1e7)
    #expect(found.map(\.id) == ["batch_1"] && found.map(\.label) == ["run-7"])
  }

  @Test func `a server that stores no labels is searched by the number of requests`() async throws {
    func batch(_ id: String, _ total: Int) -> String {
      fileBatch(
        "in_progress",
        ["id": .string(id), "metadata": nil, "request_counts": ["total": .integer(Int64(total)), "completed": 0]])
    }
    let list = #"{"data":[\#(batch("a", 2)),\#(batch("b", 3)),\#(batch("c", 0))]}"#
    let batches = try batchService(.openai, at: "http://127.0.0.1:9", FakeTransport(list))
    #expect(try await batches.candidates(label: "x", count: 2, since: batchTime).map(\.id) == ["a", "c"])
  }

  // MARK: State

  @Test(arguments: [
    ("validating", BatchStatus.Phase.working), ("in_progress", .working), ("finalizing", .working),
    ("completed", .ended), ("expired", .ended), ("cancelling", .cancelling), ("cancelled", .ended),
    ("something_new", .working),
  ])
  func `every status has a phase`(_ word: String, _ phase: BatchStatus.Phase) async throws {
    let body = fileBatch(
      word,
      [
        "request_counts": ["total": 5, "completed": 2, "failed": 1], "output_file_id": "file-out",
        "error_file_id": "file-err",
      ])
    let transport = FakeTransport(body)
    let status = try await batchService(.openai, transport).status(of: "batch_1")
    #expect(status.phase == phase && status.word == word && status.finished == 3 && status.total == 5)
    #expect(status.files == (phase == .ended ? ["file-out", "file-err"] : []))
    #expect(status.end == (word == "expired" ? .expired : word == "cancelled" ? .cancelled : .whole))
    #expect(transport.requests[0].url.absoluteString == "https://api.openai.com/v1/batches/batch_1")
    #expect(transport.requests[0].method == .get)
  }

  @Test func `a rejected file is reported by its first error and the number of the others`() async throws {
    let errors: JSONValue = [
      "object": "list",
      "data": [
        ["code": "invalid_json_line", "line": 3, "message": "This line is not \(testKey) JSON.", "param": nil],
        ["code": "duplicate_custom_id", "line": 9, "message": "x", "param": nil],
        ["code": "duplicate_custom_id", "line": 10, "message": "x", "param": nil],
      ],
    ]
    let batches = try batchService(.openai, FakeTransport(fileBatch("failed", ["errors": errors])))
    guard case .rejected(let sentence) = try await batches.status(of: "batch_1").phase else {
      Issue.record("not rejected")
      return
    }
    for part in ["line 3", "invalid_json_line", "This line is not", "2 more"] { #expect(sentence.contains(part)) }
    #expect(!sentence.contains(testKey.suffix(8)))
  }

  @Test func `a busy or failing provider is asked again later`() async throws {
    let transport = FakeTransport(
      .ok(#"{"error":{"message":"Slow down"}}"#, status: 429, headers: ["Retry-After": "7"]), .ok("{}", status: 500),
      .failure(.cannotConnect("the connection was refused")))
    let batches = try batchService(.openai, at: "http://127.0.0.1:9/v1", transport)
    for (wait, status) in [(7.0, 429), (nil, 500), (nil, nil)] {
      let error = await failure { () throws(ProviderError) in try await batches.status(of: "batch_1") }
      #expect(error?.kind == .transient && error?.retryAfter == wait && error?.status == status)
    }
    // A server that has accepted a batch exists, although it has not answered since this program began.
    let absent = FakeTransport(.failure(.cannotConnect("the connection was refused")))
    let later = try batchService(.openai, at: "http://127.0.0.1:9/v1", absent)
    let error = await failure { () throws(ProviderError) in try await later.status(of: "batch_1") }
    #expect(error?.kind == .transient)
  }

  @Test func `an unknown batch is named`() async throws {
    let body = #"{"error":{"message":"No batch found with id 'batch_9'."}}"#
    let batches = try batchService(.openai, FakeTransport(status: 404, body))
    let error = await failure { () throws(ProviderError) in try await batches.status(of: "batch_9") }
    #expect(error?.kind == .notFound && error?.message.contains("no batch batch_9") == true)
  }

  @Test(arguments: [404, 405, 501])
  func `a server without a batch API is named, with what to do`(_ status: Int) async throws {
    let transport = FakeTransport(status: status, "Not Found")
    let batches = try batchService(.openai, at: "http://127.0.0.1:9", transport)
    let lines = try batches.lines(request())
    let error = await failure { () throws(ProviderError) in try await batches.upload(lines, label: "x") }
    #expect(error?.kind == .notFound && error?.status == status)
    #expect(error?.message.contains("no batch API") == true && error?.message.contains("without batch") == true)
    // A path without a version may have one.
    #expect(transport.requests.map(\.url.path) == ["/v1/files", "/files"])
  }

  @Test func `a batch is cancelled, and one that has ended stays as it is`() async throws {
    let transport = FakeTransport(
      .ok(fileBatch("cancelling")), .ok(#"{"error":{"message":"Cannot cancel"}}"#, status: 409),
      .ok(fileBatch("completed")), .ok(#"{"error":{"message":"No"}}"#, status: 400), .ok(fileBatch("in_progress")))
    let batches = try batchService(.openai, transport)
    #expect(try await batches.cancel("batch_1").phase == .cancelling)
    #expect(transport.requests[0].url.path == "/v1/batches/batch_1/cancel" && transport.requests[0].method == .post)
    #expect(try await batches.cancel("batch_1").phase == .ended)
    let error = await failure { () throws(ProviderError) in try await batches.cancel("batch_1") }
    #expect(error?.status == 400)
  }

  @Test func `an id from the server cannot change the path`() async throws {
    let transport = FakeTransport(fileBatch("completed"))
    _ = try await batchService(.openai, transport).status(of: "../files?x=1#y")
    #expect(transport.requests[0].url.absoluteString == "https://api.openai.com/v1/batches/..%2Ffiles%3Fx=1%23y")
  }
}

extension FakeTransport {
  func bodies(from index: Int) throws -> [JSONValue] {
    try requests.dropFirst(index).map { try JSONValue(parsing: $0.body) }
  }
}
