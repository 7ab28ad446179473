import Foundation
import Testing

@testable import Providers

@Suite struct RedactorTests {
  private let redactor = Redactor(secrets: [Secret("Zq8w/V3n+Lr7\"TtYx2B")])

  @Test(arguments: [
    #"key Zq8w/V3n+Lr7"TtYx2B was refused"#, "part 3n+Lr7\"Tt of it", #"json \"Zq8w\/V3n+Lr7\\\"TtYx2B\""#,
    #"quoted Zq8w/V3n+Lr7\"TtYx2B"#, "url Zq8w%2FV3n%2BLr7%22TtYx2B", "url Zq8w%2fV3n%2bLr7%22TtYx2B",
  ])
  func `the key goes in every spelling`(text: String) {
    let clean = redactor.redact(text)
    #expect(clean.contains("<redacted>"))
    for part in ["8w/V3n", "Lr7\"Tt", "TtYx2B", "V3n%2"] { #expect(!clean.contains(part), "\(clean)") }
  }

  @Test(arguments: ["", "a", "ab", "user:", "Bearer "])
  func `base64 of the key goes wherever the key begins`(before: String) throws {
    let encoded = Data("\(before)Zq8w/V3n+Lr7\"TtYx2B tail".utf8).base64EncodedString()
    let clean = redactor.redact("Basic \(encoded).")
    #expect(clean.contains("<redacted>"))
    let whole = Array(encoded)
    let keyStart = (before.utf8.count * 4 + 2) / 3 + 1
    #expect(!clean.contains(String(whole[keyStart..<(keyStart + 8)])))
  }

  @Test func `text without keys stays as it is`() {
    let text = "The model gpt-4.1 is overloaded; request req_011CSHoEeqs5C35K2UUqR7Fy, 3 of 8 bearer tokens. Größe ≥ 1"
    #expect(redactor.redact(text) == text)
    #expect(Redactor().redact(text) == text)
  }

  @Test(arguments: [
    "sk-ant-api03-abcdefghijkl", "sk-proj-abcdefghijkl", "sk-or-v1-0123456789abcdef", "sk-ab***********wxyz",
    "AIzaSyA1234567890abc", "hf_abcdefghijklm", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
  ])
  func `what looks like a key goes, whoever it belongs to`(key: String) {
    #expect(Redactor().redact("Incorrect API key provided: \(key).") == "Incorrect API key provided: <redacted>")
    #expect(Redactor().redact("{\"key\":\"\(key)\"}") == "{\"key\":\"<redacted>\"}")
  }

  @Test(arguments: ["Bearer abc123def", "bearer:  x-y_z9", "BEARER abcdefghijklmnopqrstuvwxyz"])
  func `what follows bearer goes`(text: String) {
    #expect(Redactor().redact("header \(text), sent").hasSuffix("<redacted>, sent"))
  }

  @Test func `a short key goes whole`() {
    #expect(Redactor(secrets: [Secret("abc12")]).redact("key abc12 refused") == "key <redacted> refused")
  }

  @Test func `every run of eight characters goes`() {
    let key = Array("Zq8wV3nLr7TtYx2BKm5P")
    let redactor = Redactor(secrets: [Secret(String(key))])
    for start in 0...(key.count - 8) {
      #expect(redactor.redact("<\(String(key[start..<(start + 8)]))>") == "<<redacted>>")
    }
  }
}
