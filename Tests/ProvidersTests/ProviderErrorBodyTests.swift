import JSONCoding
import Testing

@testable import Providers

@Suite struct ProviderErrorBodyTests {
  @Test(arguments: [
    String(repeating: "\u{130}", count: 60) + "<title>x", String(repeating: "\u{23A}", count: 200) + "<title>",
    "<title>" + String(repeating: "\u{130}", count: 60), "<TITLE lang=\"\u{130}\">x</TITLE>", "<title", "<title>", "<",
    "\u{130}<title\u{301}>x",
  ])
  func `no letter in a web page crashes`(page: String) {
    let body = ProviderErrorBody(body: Array(page.utf8))
    #expect(body.status == nil)
  }

  @Test func `a web page is reported by its title, whatever the case of its tags`() {
    let body = ProviderErrorBody(body: Array("\u{130}\u{130}<HTML><Title a='b'>\nAttention\n Required! </title>".utf8))
    #expect(body.message == "Attention Required!" && body.isPage)
    #expect(!ProviderErrorBody(body: Array("Too long".utf8)).isPage)
  }

  @Test(arguments: [
    ("Please retry in 0.4s.", 0.4), ("Too many requests. Please wait 3s", 3),
    ("Rate limit reached. Please try again in 6m0s. Visit", 360),
    ("try again in 120ms", 0.12), ("Retry after 20 seconds", 20), ("please retry after 2 minutes.", 120),
    ("Please wait 5 seconds", 5),
  ])
  func `a pause requested in words is read`(message: String, seconds: Double) {
    #expect(ProviderErrorBody(body: Array(message.utf8)).retryAfter == seconds)
  }

  @Test(arguments: ["Please try again later", "retry", "try again in the morning", "in 5 s", "retry in", "", "wait 5"])
  func `words without a pause request none`(message: String) {
    #expect(ProviderErrorBody(body: Array(message.utf8)).retryAfter == nil)
  }

  @Test(arguments: [
    #"{"detail":[{"loc":["body","response_format","type"],"msg":"Input should be 'text'"}]}"#,
    #"{"object":"error","message":{"detail":[{"loc":["body","response_format","type"],"msg":"Input should be 'text'"}]}}"#,
  ])
  func `a validator's list is found where servers put it`(body: String) {
    let body = ProviderErrorBody(body: Array(body.utf8))
    #expect(body.parameter == "response_format.type")
    #expect(body.message == "response_format.type: Input should be 'text'")
  }

  @Test func `an error of many megabytes is read as a text`() {
    let body = ProviderErrorBody(body: Array(("[" + String(repeating: "[],", count: 1_000_000) + "[]]").utf8))
    #expect((body.message?.count ?? 0) <= 200)
  }
}
