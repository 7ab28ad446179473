import Testing

@testable import Providers

@Suite struct SecretTests {
  private let secret = Secret(testKey)

  @Test func `no description, interpolation or reflection shows the key`() {
    struct Holder { let name = "x", secret: Secret, list: [Secret], optional: Secret? }
    let holder = Holder(secret: secret, list: [secret], optional: secret)
    var dumped = ""
    dump(holder, to: &dumped)
    for text in [
      "\(secret)", String(describing: secret), String(reflecting: secret), "\(holder)", String(reflecting: holder),
      String(reflecting: ProviderCredential.Key.stored(secret)), dumped,
    ] {
      #expect(!text.contains("Zq8w"))
      #expect(text.contains("<redacted>"))
    }
  }

  @Test func `the key itself can be revealed explicitly`() {
    #expect(secret.reveal() == testKey)
  }

  @Test func `a request shows neither its headers nor its body`() throws {
    let url = try #require(try connection(.openai).endpoint.addresses(of: "chat/completions").first)
    let request = HTTPRequest(.post, url, headers: ["Authorization": "Bearer \(testKey)"], body: Array(testKey.utf8))
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!"\(request) \(String(reflecting: request)) \(dumped)".contains("Zq8w"))
    #expect("\(request)" == "POST https://api.openai.com/v1/chat/completions")
  }
}
