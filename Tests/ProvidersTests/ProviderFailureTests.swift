import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ProviderFailureTests {
  private func error(
    _ provider: Vendor = .openai, status: Int, headers: HTTPHeaders = [:], _ body: String,
    model: String = "gpt-4.1-mini", endpoint: String? = nil
  ) async throws -> ProviderError {
    let transport = FakeTransport(status: status, headers: headers, body)
    return try await error(provider, transport, model: model, endpoint: endpoint)
  }

  private func error(
    _ provider: Vendor = .openai, _ transport: FakeTransport, model: String = "gpt-4.1-mini",
    endpoint: String? = nil
  ) async throws -> ProviderError {
    let made = try connection(provider, endpoint: endpoint)
    let clock = ProviderClock(monotonic: { 0 }, wall: { 784_111_777 })
    let language: any LanguageModel = httpModel(made, transport: transport, clock: clock)
    return try #require(await failure { () throws(ProviderError) in try await language.complete(request(model)) })
  }

  @Test func `a refused key says what to do`() async throws {
    let body = #"{"error":{"message":"Incorrect API key provided: \#(testKey).","code":"invalid_api_key"}}"#
    let error = try await error(status: 401, body)
    #expect(error.kind == .unauthorized && error.status == 401)
    #expect(
      error.message
        == "OpenAI refused the API key (401). Set OPENAI_API_KEY or update credential 3 with provider_credentials_update."
    )
    let other = try await self.error(status: 401, body, endpoint: "https://proxy.example")
    #expect(
      other.message == "OpenAI at https://proxy.example refused the API key (401). "
        + "Update credential 3 with provider_credentials_update.")
  }

  @Test(arguments: [(500, "failed"), (502, "failed"), (503, "is overloaded"), (529, "is overloaded")])
  func `a failure of the server says what to do`(status: Int, complaint: String) async throws {
    let error = try await error(status: status, #"{"error":{"message":"Oh no."}}"#)
    let step = "Try again later, or use another model."
    #expect(error.message == "OpenAI \(complaint) (\(status)): Oh no. \(step)")
  }

  @Test(arguments: [
    (#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#, true),
    (#"{"choices":[{"message":{"content":"","reasoning_content":"Hm"},"finish_reason":"stop"}]}"#, true),
    (#"{"choices":[{"message":{"content":""}}]}"#, false),
  ])
  func `an answer without text is advised to be asked again only if that may help`(
    body: String, isLasting: Bool
  ) async throws {
    let error = try await error(status: 200, body)
    #expect(error.kind == .unusableAnswer && error.isAboutRequest == isLasting, "\(error)")
    #expect(error.message.contains("would probably fail again") == isLasting, "\(error)")
    #expect(error.message.contains("Ask again") != isLasting, "\(error)")
  }

  @Test(arguments: [
    (Vendor.openai, 400, #"{"error":{"message":"Too long","type":"x","param":null,"code":null}}"#),
    (
      .anthropic, 400,
      #"{"type":"error","error":{"type":"invalid_request_error","message":"Too long"},"request_id":"r"}"#
    ),
    (.ollama, 400, #"{"error":"Too long"}"#), (.openai, 422, #"{"detail":"Too long"}"#),
    (.openai, 413, #"{"message":"Too long"}"#), (.openai, 400, #"{"errors":[{"message":"Too long"}]}"#),
    (.openai, 400, #"[{"error":{"code":400,"message":"Too\n  long."}}]"#), (.openai, 400, "Too long\n"),
    (
      .openrouter, 400,
      #"{"error":{"code":400,"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"Too long\"}}"}}}"#
    ),
    (.openrouter, 400, #"{"error":{"message":"Provider returned error","metadata":{"raw":"Too long"}}}"#),
    (.openai, 400, "<html><title>Too long</title></html>"),
  ])
  func `the reason is found in every form`(provider: Vendor, status: Int, body: String) async throws {
    let error = try await error(provider, status: status, body)
    #expect(error.kind == .invalidRequest)
    #expect(error.message == "\(provider.displayName) refused the request (\(status)): Too long.")
  }

  @Test(arguments: [
    (408, ProviderError.Kind.transient), (409, .transient), (429, .transient), (500, .transient), (502, .transient),
    (503, .transient), (529, .transient), (400, .invalidRequest), (413, .invalidRequest), (401, .unauthorized),
    (403, .unauthorized), (404, .notFound), (402, .insufficientQuota),
  ])
  func `every status has its kind`(status: Int, kind: ProviderError.Kind) async throws {
    for body in ["", "{}", #"{"error":{"message":"x"}}"#, "garbage \u{1}"] {
      let error = try await error(status: status, body)
      #expect(error.kind == kind)
      #expect(error.status == status)
      #expect(error.message.contains("(\(status))"))
    }
  }

  @Test(arguments: [
    (429, #"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#),
    (400, #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#),
    (402, #"{"error":{"code":402,"message":"Insufficient credits"}}"#),
    (403, #"{"type":"error","error":{"type":"billing_error","message":"x"}}"#),
  ])
  func `an empty account is recognised`(status: Int, body: String) async throws {
    let error = try await error(status: status, body)
    #expect(error.kind == .insufficientQuota)
    #expect(error.message.contains("Add credit"))
  }

  private static let geminiLimit = #"""
    [{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.\n* Quota
    exceeded for metric: free_tier_requests, limit: 15","status":"RESOURCE_EXHAUSTED","details":[{"@type":
    "type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.4s"}]}}]
    """#.split(separator: "\n").joined(separator: " ")

  @Test(arguments: [
    geminiLimit,
    #"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan. Please retry in 0.4s."}}"#,
  ])
  func `a limit per minute is not an empty account, and its pause is kept`(body: String) async throws {
    let error = try await error(status: 429, body)
    #expect(error.isRateLimit && error.retryAfter == 0.4, "\(error)")
    let header = try await self.error(
      status: 429, headers: ["Retry-After": "3"], #"{"error":{"message":"You exceeded your current quota"}}"#)
    #expect(header.isRateLimit && header.retryAfter == 3)
  }

  @Test func `a firewall's page is reported as one`() async throws {
    let error = try await error(status: 403, "<html><title>Attention Required!</title></html>")
    #expect(error.kind == .unauthorized && error.message.contains("Something in front of OpenAI blocked the request"))
    #expect(error.message.contains("Attention Required!") && !error.message.contains("key"))
  }

  @Test func `a 404 from a working API is not an empty address`() async throws {
    let body = #"{"error":{"message":"No endpoints found that support the requested context length","code":404}}"#
    let error = try await error(status: 404, body)
    #expect(error.kind == .notFound && error.message.contains("cannot serve the request (404): No endpoints found"))
    for body in [#"{"detail":"Not Found"}"#, "404 page not found", #"{"error":{"message":"Resource not found."}}"#, ""]
    {
      #expect(try await self.error(status: 404, body).message.contains("Nothing answers at"))
    }
  }

  @Test(arguments: [
    (HTTPError.timedOut(seconds: 5), true), (.stalled(seconds: 5), true), (.connectionLost("x"), true),
    (.tooLarge(limit: 1), true), (.malformed("x"), true), (.cannotConnect("x"), false), (.insecure("x"), false),
    (.forbiddenDestination("x"), false),
  ])
  func `an answer that was lost may have cost something`(cause: HTTPError, isUncounted: Bool) async throws {
    #expect(try await error(.openai, FakeTransport(.failure(cause))).isUncounted == isUncounted)
  }

  @Test func `an error status costs nothing, unless a gateway timed out`() async throws {
    #expect(try await error(status: 500, "").isUncounted == false)
    #expect(try await error(status: 504, "").isUncounted)
  }

  @Test func `a missing model and a wrong address are distinguished`() async throws {
    let model = try await error(
      .ollama, status: 404, #"{"error":{"message":"model \"llama9\" not found"}}"#, model: "llama9")
    #expect(model.kind == .notFound && model.message.contains("has no model \"llama9\""))
    #expect(model.message.contains("ollama pull"))
    let address = try await error(status: 404, "<html><title>Nope</title></html>", endpoint: "https://x.example/a")
    #expect(address.kind == .notFound && address.message.contains("Nothing answers at https://x.example/a"))
  }

  @Test(arguments: [
    #"{"error":{"code":403,"message":"Flagged","metadata":{"reasons":["violence"],"flagged_input":"x"}}}"#,
    #"{"error":{"code":"content_filter","message":"Filtered"}}"#,
  ])
  func `a moderated input concerns its row only`(body: String) async throws {
    #expect(try await error(status: 403, body).kind == .unusableAnswer)
  }

  @Test(arguments: [
    (400, #"{"error":{"message":"Too long"}}"#, true), (413, "Too large", true), (422, #"{"detail":"No"}"#, true),
    (400, #"{"error":{"code":"content_filter","message":"Filtered"}}"#, true),
    (200, #"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#, true),
    (200, #"{"choices":[{"message":{"content":""},"finish_reason":"length"}]}"#, true),
    (200, #"{"choices":[{"message":{"content":""}}]}"#, false), (200, #"{"choices":[]}"#, false),
    (200, "", false), (200, "<html><title>Maintenance</title></html>", false), (200, "OK", false),
    (400, "<html><title>Bad Request</title></html>", false), (405, "{}", false), (418, "{}", false),
    (403, #"{"error":{"message":"No"}}"#, false), (500, "{}", false), (302, "", false),
  ])
  func `only a decision about the request would come again`(status: Int, body: String, isDecided: Bool) async throws {
    let error = try await error(status: status, body)
    #expect(error.isAboutRequest == isDecided)
    #expect(error.isFromElsewhere == body.hasPrefix("<"))
  }

  @Test(arguments: [
    HTTPError.insecure("x"), .redirected(status: 302, location: "https://b.example"), .tooLarge(limit: 1_048_576),
    .forbiddenDestination("x"), .malformed("x"),
  ])
  func `a fault of the connection is no decision about the request`(cause: HTTPError) async throws {
    #expect(try await !error(.openai, FakeTransport(.failure(cause))).isAboutRequest)
  }

  @Test func `a proxy's wish for a password says where to give it`() async throws {
    let error = try await error(status: 407, "<html></html>", endpoint: "http://127.0.0.1:8080")
    #expect(error.kind == .unreachable)
    #expect(
      error.message
        == "A proxy before OpenAI at http://127.0.0.1:8080 wants a user name and a password (407): an HTML page. Check the "
        + "network and api_endpoint; https_proxy takes both (http://USER:PASSWORD@HOST:PORT).")
  }

  @Test func `an empty account is named so that it is read once`() async throws {
    let error = try await error(status: 402, "No", endpoint: "http://127.0.0.1:8080")
    #expect(
      error.message
        == "OpenAI at http://127.0.0.1:8080 says that the account has no credit or quota left (402): No. Add credit.")
  }

  @Test func `a rate limit has the requested pause`() async throws {
    let error = try await error(status: 429, headers: ["Retry-After": "7"], "")
    #expect(error.retryAfter == 7 && error.isRateLimit)
    #expect(
      try await self.error(status: 503, headers: ["Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT"], "").retryAfter == 60)
    #expect(try await self.error(status: 500, "").isRateLimit == false)
  }

  @Test(arguments: [
    (HTTPError.cancelled, ProviderError.Kind.cancelled, "cancelled"),
    (.timedOut(seconds: 120), .transient, "within 120 seconds"),
    (.cannotConnect("the connection was refused"), .unreachable, "Start Ollama (ollama serve), or check api_endpoint"),
    (.connectionLost("it was closed"), .transient, "broke before the answer was complete: it was closed"),
    (.insecure("TLS failed"), .invalidRequest, "TLS failed"),
    (
      .redirected(status: 301, location: "https://u:pw@b.example/v1?key=\(testKey)"), .invalidRequest,
      "to b.example/v1."
    ),
    (.tooLarge(limit: 33_554_432), .unusableAnswer, "larger than 32 MiB"),
    (.forbiddenDestination("No."), .invalidRequest, "No."),
    (.malformed("x"), .unusableAnswer, "did not answer in HTTP"),
    (.unknownHost, .unreachable, "the host name is unknown"),
    (.proxyRefused("the proxy answered 407"), .unreachable, "the proxy answered 407"),
    (.unavailable("libcurl is missing."), .unreachable, "libcurl is missing."),
  ])
  func `every failure of the transport has its kind and sentence`(
    cause: HTTPError, kind: ProviderError.Kind, words: String
  ) async throws {
    let error = try await error(.ollama, FakeTransport(.failure(cause)))
    #expect(error.kind == kind)
    #expect(error.message.contains(words), "\(error)")
    #expect(!error.message.contains("Zq8w") && !error.message.contains("pw"))
  }

  @Test(arguments: [
    (Vendor.openai, "http://127.0.0.1:9", ProviderError.Kind.unreachable, "Start the server that should listen"),
    (.openai, "http://[::1]:9", .unreachable, "Start the server that should listen"),
    (.openai, "https://models.example", .transient, "Check the network and api_endpoint."),
    (.ollama, "https://models.example", .transient, "Check the network and api_endpoint."),
  ])
  func `a refused connection means that nothing is there only on this machine`(
    provider: Vendor, endpoint: String, kind: ProviderError.Kind, words: String
  ) async throws {
    let transport = FakeTransport(.failure(.cannotConnect("the connection was refused")))
    let error = try await error(provider, transport, endpoint: endpoint)
    #expect(error.kind == kind)
    #expect(error.message.contains(words), "\(error)")
  }

  @Test func `a server that has answered before may only be starting again`() async throws {
    let refused = FakeTransport.Answer.failure(.cannotConnect("the connection was refused"))
    let transport = FakeTransport(.ok("busy", status: 503), refused)
    let model = httpModel(try connection(.openai, endpoint: "http://127.0.0.1:9"), transport: transport)
    var kinds: [ProviderError.Kind?] = []
    for _ in 0..<2 {
      kinds.append(await failure { () throws(ProviderError) in try await model.complete(request()) }?.kind)
    }
    #expect(kinds == [.transient, .transient])
  }

  @Test func `the usage of a failed call is kept with its error`() async throws {
    let usage = #""usage":{"prompt_tokens":11,"completion_tokens":3}"#
    let bodies = [
      #"{"choices":[{"message":{"content":""},"finish_reason":"length"}],\#(usage)}"#, #"{"choices":[],\#(usage)}"#,
      #"{"choices":[{"error":{"code":502,"message":"broke off"},"message":{"content":"Pa"}}],\#(usage)}"#,
      #"{"error":{"code":429,"message":"slow down"},\#(usage)}"#, #"{"error":{"code":400,"message":"no"},\#(usage)}"#,
      #"{"error":{"code":402,"message":"no"},\#(usage)}"#,
    ]
    for body in bodies {
      let error = try await error(status: 200, body)
      #expect(error.usage == TokenUsage(promptTokens: 11, completionTokens: 3), "\(error)")
    }
  }

  @Test(arguments: [400, 401, 403, 404, 429, 500])
  func `no part of the key is returned, at any place and in any length of text`(status: Int) async throws {
    for length in stride(from: 0, to: 320, by: 7) {
      let message = String(repeating: "é", count: length) + " \(testKey) " + testKey.dropFirst(5)
      let error = try await error(status: status, JSONValue.object(["error": ["message": .string(message)]]).text)
      #expect(error.message.count <= 300)
      for start in 0...(testKey.count - 6) {
        #expect(!error.message.contains(testKey.dropFirst(start).prefix(6)), "\(error)")
      }
    }
  }
}
