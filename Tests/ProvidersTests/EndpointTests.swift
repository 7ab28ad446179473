import Foundation
import Testing

@testable import Providers

@Suite struct EndpointTests {
  private func error(_ text: String, allowPrivate: Bool = false) -> EndpointError? {
    do throws(EndpointError) {
      _ = try Endpoint(text, allowPrivate: allowPrivate)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("https://api.openai.com", "https://api.openai.com/v1/chat/completions"),
    ("https://api.openai.com/", "https://api.openai.com/v1/chat/completions"),
    ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
    ("https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"),
    (" HTTPS://API.OpenAI.com./v1/chat/completions ", "https://api.openai.com/v1/chat/completions"),
    ("\"https://api.groq.com/openai/v1\"", "https://api.groq.com/openai/v1/chat/completions"),
    ("'https://api.groq.com/openai/v1/chat/completions/'", "https://api.groq.com/openai/v1/chat/completions"),
    ("<https://x.example/v1>", "https://x.example/v1/chat/completions"),
    ("`https://x.example/v1//`", "https://x.example/v1/chat/completions"),
    ("“https://x.example/v1”", "https://x.example/v1/chat/completions"),
    ("https://x.example/v1?", "https://x.example/v1/chat/completions"),
    ("https://x.example/v1/responses", "https://x.example/v1/chat/completions"),
    ("https://x.example/v1/completions", "https://x.example/v1/chat/completions"),
    ("https://x.example/v1/messages/", "https://x.example/v1/chat/completions"),
    ("https://openrouter.ai/api", "https://openrouter.ai/api/v1/chat/completions"),
    ("https://x.example/v1beta/openai/", "https://x.example/v1beta/openai/chat/completions"),
    ("https://x.example/api/paas/v4", "https://x.example/api/paas/v4/chat/completions"),
    ("http://127.0.0.1:8061/d50", "http://127.0.0.1:8061/d50/v1/chat/completions"),
    ("http://[::1]:8080", "http://[::1]:8080/v1/chat/completions"),
    ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
  ])
  func `paths are brought into one form`(text: String, url: String) throws {
    #expect(try Endpoint(text).addresses(of: "chat/completions").first?.absoluteString == url)
  }

  @Test(arguments: [
    ("https://x.example/openai/deployments/d/chat/completions", ["/openai/deployments/d/chat/completions"]),
    ("https://x.example/inference/chat/completions/", ["/inference/chat/completions"]),
    ("https://x.example/inference", ["/inference/v1/chat/completions", "/inference/chat/completions"]),
    ("https://x.example", ["/v1/chat/completions", "/chat/completions"]),
    ("https://x.example/v2/models", ["/v2/chat/completions"]),
    ("https://x.example/proxy/messages", ["/proxy/chat/completions", "/proxy/v1/chat/completions"]),
    ("https://x.example/vault", ["/vault/v1/chat/completions", "/vault/chat/completions"]),
  ])
  func `a complete address is kept, a path without a version can have one`(
    text: String, paths: [String]
  ) throws {
    let addresses = try Endpoint(text).addresses(of: "chat/completions").map(\.absoluteString)
    #expect(addresses == paths.map { "https://x.example\($0)" })
  }

  @Test func `the address of another method shows whether there is a version`() throws {
    let endpoint = try Endpoint("https://x.example/inference/chat/completions")
    #expect(endpoint.text == "https://x.example/inference/chat/completions")
    #expect(endpoint.addresses(of: "models").map { $0.path() } == ["/inference/models", "/inference/v1/models"])
    #expect(
      try Endpoint("https://x.example/v1/messages").addresses(of: "messages").map { $0.path() } == ["/v1/messages"])
  }

  @Test(arguments: ["http://localhost:11434", "http://localhost:11434/v1/", "http://localhost:11434/v1/models"])
  func `methods beside the versions are found`(text: String) throws {
    #expect(try Endpoint(text).unversioned("api/tags").absoluteString == "http://localhost:11434/api/tags")
  }

  @Test func `the origin is what a key is bound to`() throws {
    #expect(try Endpoint("https://Host.example:8443/a/v1").origin == "https://host.example:8443")
  }

  @Test(arguments: [
    "http://127.0.0.1", "http://127.8.9.1", "http://localhost", "http://LOCALHOST.", "http://a.localhost",
    "http://[::1]", "http://2130706433", "http://0x7f.1", "http://0177.0.0.1", "http://[::ffff:127.0.0.1]",
    "http://127.1",
  ])
  func `http is allowed on this machine, however it is spelled`(text: String) throws {
    #expect(error(text) == nil)
  }

  @Test func `numeric hosts get their canonical spelling`() throws {
    #expect(try Endpoint("http://2130706433:80").origin == "http://127.0.0.1:80")
    #expect(try Endpoint("http://0x7F000001").host == "127.0.0.1")
    #expect(try Endpoint("https://0x8080808").host == "8.8.8.8")
  }

  @Test(arguments: [
    "1.2.3.4": [1, 2, 3, 4], "0": [0, 0, 0, 0], "0x": [0, 0, 0, 0], "010.0X1f.0.1": [8, 31, 0, 1],
    "1.65535": [1, 0, 255, 255],
    "4294967295": [255, 255, 255, 255], "00000000000000000000000000001": [0, 0, 0, 1],
  ])
  func `an address has one to four parts in three radixes`(text: String, bytes: [UInt8]) {
    #expect(IPAddress(host: text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", ".", "1.", "1..2", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.65536", "4294967296", "08", "0x+1", "-1", "+1",
    "0xg",
    "1x", "x1", "127.0.0.1a", "0x0x1", "99999999999999999999999999", "٣",
  ])
  func `other texts are no address`(text: String) {
    #expect(IPAddress(host: text) == nil)
  }

  @Test func `a last part that is too large is still a number`() {
    #expect(IPAddress.looksNumeric("a.99999999999999999999999999") && IPAddress.looksNumeric("0xfffffffffffffffffff"))
    #expect(!IPAddress.looksNumeric("0x1.example") && !IPAddress.looksNumeric("a.0xg"))
  }

  @Test(arguments: ["http://api.openai.com", "http://8.8.8.8", "http://[2001:4860:4860::8888]", "http://134744072"])
  func `http is refused elsewhere`(text: String) throws {
    guard case .unencrypted = error(text), case .unencrypted = error(text, allowPrivate: true) else {
      Issue.record("\(text): \(String(describing: error(text)))")
      return
    }
  }

  @Test(arguments: [
    "https://10.0.0.1", "http://192.168.1.5:11434", "https://172.16.0.1", "http://100.64.0.1", "https://[fd12::1]",
    "https://[::ffff:10.0.0.1]", "https://0xa000001", "https://167772161", "https://012.0.0.1", "http://nas.local",
    "https://ollama", "http://box.lan:8080", "https://[64:ff9b::10.0.0.1]", "https://[2002:a00:1::]",
  ])
  func `private addresses need the option`(text: String) throws {
    guard case .privateAddress = error(text) else {
      Issue.record("\(text): \(String(describing: error(text)))")
      return
    }
    #expect(error(text, allowPrivate: true) == nil)
  }

  @Test(arguments: [
    "http://169.254.169.254", "https://169.254.1.1", "http://2852039166", "http://0xA9FEA9FE",
    "http://0251.0376.0251.0376",
    "http://169.254.169.254.", "http://[fe80::1]", "http://[::ffff:169.254.169.254]", "https://[::ffff:a9fe:a9fe]",
    "http://metadata.google.internal", "https://METADATA", "http://[fd00:ec2::254]", "http://100.100.100.200",
    "http://0.0.0.0", "http://0", "http://[::]", "https://224.0.0.1", "https://255.255.255.255", "https://[ff02::1]",
    "https://168.63.129.16", "https://[64:ff9b::a9fe:a9fe]", "https://[2002:a9fe:a9fe::]",
    "https://[::ffff:0:169.254.169.254]", "https://[64:ff9b:1::a9fe:a9fe]", "https://[64:ff9b:1:a9fe:a9:fe00::]",
    "https://[64:ff9b:1:abcd:00a9:fea9:fe00:0]", "https://[2001:0:53aa:64c:0:7877:5601:5601]",
    "https://[2001:0:1:2:3:4:9b9b:9b37]",
  ])
  func `link-local, metadata and reserved addresses are never allowed`(text: String) throws {
    for allowPrivate in [false, true] {
      guard case .forbiddenAddress = error(text, allowPrivate: allowPrivate) else {
        Issue.record("\(text): \(String(describing: error(text, allowPrivate: allowPrivate)))")
        return
      }
    }
  }

  @Test(arguments: [
    "https://[::ffff:0:10.0.0.1]", "https://[64:ff9b:1::c0a8:101]", "https://[2001:0:53aa:64c:0:7877:f5ff:fffe]",
  ])
  func `private addresses in other spellings need the option`(text: String) throws {
    guard case .privateAddress = error(text) else {
      Issue.record("\(text): \(String(describing: error(text)))")
      return
    }
  }

  @Test func `an address of many megabytes is refused before it is parsed`() {
    let path = String(repeating: "a", count: 20_000_000)
    #expect(error("https://host.example/\(path)") == .tooLong)
    #expect(error(path) == .tooLong)
    #expect(error("https://host.example/\(path.prefix(2_000))") == nil)
  }

  @Test(arguments: [
    ("https://user:secret@host", EndpointError.hasUserInfo), ("https://user@host/v1", .hasUserInfo),
    ("https://host?key=1", .hasQuery), ("https://host/v1#x", .hasQuery), ("https://a.example?@b", .hasQuery),
  ])
  func `user info, queries and fragments are refused`(text: String, expected: EndpointError) {
    #expect(error(text) == expected)
    #expect(!"\(expected)".contains("secret"))
  }

  @Test(arguments: [
    "", "host", "host:80", "ftp://host", "file:///etc/passwd", "https://", "https:///v1", "https://a b",
    "https://a\\@b",
    "https://a.example\\b", "https://host:0", "https://host:65536", "https://host:", "https://host:x", "https://[::1",
    "https://::1", "https://[fe80::1%25eth0]", "https://1.2.3.4.5", "https://256.1.1.1", "https://1.2.3.0xg1.9",
    "https://a..b",
    "https://.a", "https://①②⑦.0.0.1", "https://ex%61mple.com", "https://host/a/../b", "https://host/./b",
    "https://host/a%2fb",
    "https://a,b", "https://999999999999",
  ])
  func `an ambiguous address is refused`(text: String) {
    guard case .malformed = error(text, allowPrivate: true) else {
      Issue.record("\(text): \(String(describing: error(text, allowPrivate: true)))")
      return
    }
  }

  @Test func `an error does not quote a possible secret`() {
    for text in ["ftp://user:hidden@host/path", "ftp://host/?key=hidden"] {
      #expect(error(text)?.description.contains("hidden") == false)
    }
  }
}
