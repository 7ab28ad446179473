import Testing

@testable import Providers

@Suite struct RateLimitHeadersTests {
  /// The time 1994-11-06T08:49:37Z.
  private let now = 784_111_777.0

  private func delay(_ headers: HTTPHeaders, status: Int = 429) -> Double? {
    RateLimitHeaders.delay(status: status, headers: headers, now: now)
  }

  @Test(arguments: [
    ("7", 7.0), ("0", 0), ("1.5", 1.5), ("Sun, 06 Nov 1994 08:50:07 GMT", 30), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
  ])
  func `Retry-After is read as seconds and as a date`(value: String, seconds: Double) {
    #expect(delay(["retry-after": value]) == seconds)
    #expect(delay(["Retry-After": value], status: 503) == seconds)
  }

  @Test(arguments: ["", "soon", "-1", "Sun, 06 Nov", "Sun, 36 Nov 1994 08:50:07 GMT", "Sun, 06 Foo 1994 08:50:07 GMT"])
  func `nonsense in Retry-After is ignored`(value: String) {
    #expect(delay(["Retry-After": value]) == nil)
  }

  @Test func `milliseconds come first`() {
    #expect(delay(["Retry-After": "2", "retry-after-ms": "1500"]) == 1.5)
  }

  @Test(arguments: [
    ("1s", 1.0), ("6m0s", 360), ("120ms", 0.12), ("1h2m3.5s", 3_723.5), ("8.64s", 8.64), ("2", 2), ("1d", 86_400),
  ])
  func `durations of OpenAI's reset headers`(text: String, seconds: Double) throws {
    let read = try #require(RateLimitHeaders.duration(text))
    #expect(abs(read - seconds) < 1e-9)
    #expect(delay(["x-ratelimit-reset-requests": text, "x-ratelimit-remaining-requests": "0"]) == read)
  }

  @Test(arguments: ["", "s", "1x", "1s2", "m", "-1s"])
  func `an invalid duration is ignored`(text: String) {
    #expect(RateLimitHeaders.duration(text) == nil)
  }

  @Test func `of several exhausted limits the longest counts`() {
    let headers: HTTPHeaders = [
      "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s", "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "6m0s",
    ]
    #expect(delay(headers) == 360)
  }

  @Test func `a limit that is not exhausted does not count`() {
    let headers: HTTPHeaders = [
      "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s", "x-ratelimit-remaining-tokens": "900",
      "x-ratelimit-reset-tokens": "6m0s",
    ]
    #expect(delay(headers) == 2)
  }

  @Test(arguments: [
    ("1994-11-06T08:49:57Z", 20.0), ("1994-11-06T09:49:57.5+01:00", 20.5), ("1994-11-06T08:00:00z", 0),
    ("1994-11-06T02:50:07-06:00", 30),
  ])
  func `Anthropic's reset headers are times`(text: String, seconds: Double) {
    #expect(delay(["anthropic-ratelimit-input-tokens-reset": text]) == seconds)
  }

  @Test(arguments: ["784111787", "784111787000", "10"])
  func `OpenRouter's reset is a time in seconds or milliseconds, elsewhere a duration`(text: String) {
    let late = 1_784_111_777.0
    let moment = text == "10" ? text : "1" + text
    #expect(RateLimitHeaders.delay(status: 429, headers: ["X-RateLimit-Reset": moment], now: late) == 10)
  }

  @Test(arguments: ["-inf", "-5", "nan"]) func `an invalid reset is ignored`(text: String) {
    #expect(delay(["x-ratelimit-reset": text]) == nil)
  }

  @Test func `reset headers count for a rate limit only`() {
    #expect(delay(["x-ratelimit-reset-requests": "2s"], status: 500) == nil)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0.0), ("2000-02-29T12:00:00Z", 951_825_600), ("2026-11-21T05:30:00Z", 1_795_239_000),
    ("2100-03-01T00:00:00Z", 4_107_542_400),
  ])
  func `times are counted by the calendar`(text: String, seconds: Double) {
    #expect(Timestamp.rfc3339(text) == seconds)
  }

  @Test(arguments: [
    "2026-11-21", "2026-13-21T05:30:00Z", "2026-11-21T05:30:00", "2026-11-21T05:30:xxZ", "yesterday morning at 5",
  ])
  func `an invalid time is ignored`(text: String) {
    #expect(Timestamp.rfc3339(text) == nil)
  }
}
