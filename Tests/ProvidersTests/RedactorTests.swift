import Foundation
import Testing

@testable import Providers

@Suite struct RedactorTests {
  private let redactor = Redactor(secrets: [Secret("Zq8w/V3n+Lr7\"TtYx2B")])

  @Test(arguments: [
    #"key Zq8w/V3n+Lr7"TtYx2B was refused"#, "part 3n+Lr7\"Tt of it", #"json \"Zq8w\/V3n+Lr7\\\"TtYx2B\""#,
    #"quoted Zq8w/V3n+Lr7\"TtYx2B"#, "url Zq8w%2FV3n%2BLr7%22TtYx2B", "url Zq8w%2fV3n%2bLr7%22TtYx2B",
    "lower zq8w/v3n+lr7\"ttyx2b", "UPPER ZQ8W/V3N+LR7\"TTYX2B",
    "letters %5A%71%38%77%2F%56%33%6E%2B%4C%72%37%22%54%74%59%78%32%42",
    "some letters Z%718w%2FV%33n+L%7227%22T%74Yx2B", "twice %255A%2571%2538%2577%252F%2556%2533%256E",
    #"escapes \u005a\u00718w/V3\x6e+Lr7\"TtYx2B"#, "entities &#90;&#x71;8w&#47;V3n+Lr7",
    "hex 5a7138772f56336e2b4c7237225474597832 42", "HEX 5A7138772F56336E2B4C72372254745978",
  ])
  func `the key is removed in every spelling`(text: String) {
    let clean = redactor.redact(text)
    #expect(clean.contains("<redacted>"))
    for part in ["8w/V3n", "Lr7\"Tt", "TtYx2B", "V3n%2"] { #expect(!clean.contains(part), "\(clean)") }
  }

  @Test(arguments: ["", "a", "ab", "user:", "Bearer "])
  func `base64 of the key is removed at any offset`(before: String) throws {
    let encoded = Data("\(before)Zq8w/V3n+Lr7\"TtYx2B tail".utf8).base64EncodedString()
    let clean = redactor.redact("Basic \(encoded).")
    #expect(clean.contains("<redacted>"))
    let whole = Array(encoded)
    let keyStart = (before.utf8.count * 4 + 2) / 3 + 1
    #expect(!clean.contains(String(whole[keyStart..<(keyStart + 8)])))
  }

  @Test func `text without keys is unchanged`() {
    let text = "The model gpt-4.1 is overloaded; request req_011CSHoEeqs5C35K2UUqR7Fy, 3 of 8 bearer tokens. Größe ≥ 1"
    #expect(redactor.redact(text) == text)
    #expect(Redactor().redact(text) == text)
  }

  @Test(arguments: [
    "sk-ant-api03-abcdefghijkl", "sk-proj-abcdefghijkl", "sk-or-v1-0123456789abcdef", "sk-ab***********wxyz",
    "AIzaSyA1234567890abc", "hf_abcdefghijklm", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
  ])
  func `anything like a key is removed, whoever owns it`(key: String) {
    #expect(Redactor().redact("Incorrect API key provided: \(key).") == "Incorrect API key provided: <redacted>")
    #expect(Redactor().redact("{\"key\":\"\(key)\"}") == "{\"key\":\"<redacted>\"}")
    #expect(Redactor().redact("ollama/\(key) and key=\(key)") == "ollama/<redacted> and key=<redacted>")
  }

  @Test(arguments: ["Bearer abc123def", "bearer:  x-y_z9", "BEARER abcdefghijklmnopqrstuvwxyz"])
  func `the word after bearer is removed`(text: String) {
    #expect(Redactor().redact("header \(text), sent").hasSuffix("<redacted>, sent"))
  }

  @Test func `a short key is removed only as a whole word`() {
    let redactor = Redactor(secrets: [Secret("abc12")])
    #expect(redactor.redact("key abc12 refused, ABC12") == "key <redacted> refused, <redacted>")
    #expect(redactor.redact("xabc12 abc123") == "xabc12 abc123")
  }

  @Test(arguments: [
    "ollama", "none", "EMPTY", "lm-studio", "not-needed", "no-key-required", "sk-no-key", "Dummy", "your_api_key",
    "1234",
    "x", "local",
  ])
  func `a key that is a plain word is not cut out of texts`(key: String) {
    let text = "We \(key) of \(key)s, \(key)"
    #expect(Redactor(secrets: [Secret(key)]).redact(text) == text)
    #expect(!Redactor(secrets: [Secret(key)]).knowsKeys)
  }

  @Test(arguments: [
    "local-models-9f3c", "Zq8wV3nL", "sk-accept-0123456789abcdefABCDEF", "correcthorsebatterystaple", "12345678",
  ])
  func `any other key is cut out of texts`(key: String) {
    #expect(Redactor(secrets: [Secret(key)]).redactKnown("a \(key) b") == "a <redacted> b")
  }

  @Test func `only known keys are removed from a model's text`() {
    let text = "A key such as sk-proj-abcdefghijkl is sent after Bearer abc123def."
    #expect(Redactor(secrets: [Secret("Zq8wV3nLr7TtYx2BKm5P")]).redactKnown(text) == text)
  }

  @Test func `the time is linear even for a text full of keys or escapes`() {
    let key = "Zq8wV3nLr7TtYx2BKm5P"
    let redactor = Redactor(secrets: [Secret(key)])
    let clock = ContinuousClock()
    for text in [
      String(repeating: "the quick brown fox ", count: 10_000), String(repeating: key, count: 10_000),
      String(repeating: "%5A", count: 60_000), String(repeating: "\\", count: 200_000),
    ] {
      let time = clock.measure { _ = redactor.redact(text) }
      #expect(time < .seconds(10), "\(text.prefix(30)): \(time)")
    }
  }

  @Test func `every run of eight characters is removed`() {
    let key = Array("Zq8wV3nLr7TtYx2BKm5P")
    let redactor = Redactor(secrets: [Secret(String(key))])
    for start in 0...(key.count - 8) {
      #expect(redactor.redact("<\(String(key[start..<(start + 8)]))>") == "<<redacted>>")
    }
  }
}
