import Testing

@testable import Providers

@Suite struct ProxyRuleTests {
  private let proxy = "http://proxy:3128"

  @Test func `an empty list of exceptions hides no other`() {
    let rule = ProxyRule(environment: ["https_proxy": proxy, "no_proxy": "", "NO_PROXY": "a.example"])
    #expect(rule.proxy(host: "a.example", port: 443) == nil)
  }

  @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
  func `each of four variables names the proxy`(variable: String) {
    #expect(ProxyRule(environment: [variable: proxy]).proxy(host: "api.example.com", port: 443) == proxy)
    #expect(ProxyRule(environment: [variable: ""]).proxy(host: "api.example.com", port: 443) == nil)
  }

  @Test func `http_proxy alone has no effect`() {
    #expect(ProxyRule(environment: ["http_proxy": proxy]).proxy(host: "api.example.com", port: 443) == nil)
  }

  @Test(arguments: ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"])
  func `this machine is always reached directly`(host: String) {
    #expect(ProxyRule(environment: ["https_proxy": proxy]).proxy(host: host, port: 8080) == nil)
  }

  @Test(arguments: [
    ("*", "a.b", true), ("example.com", "example.com", true), ("example.com", "api.example.com", true),
    (".example.com", "api.example.com", true), ("*.example.com", "api.example.com", true),
    ("example.com", "notexample.com", false), ("EXAMPLE.com", "api.Example.Com", true),
    ("a.com, example.com", "example.com", true), ("a.com example.com", "example.com", true),
    ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.1.2.3", false), ("10.0.0.0/8", "example.com", false),
    ("192.168.1.7", "192.168.1.7", true), ("fd00::/8", "fd12::1", true), ("fe80::1", "fe80::1", true),
    ("example.com:443", "example.com", true), ("example.com:8443", "example.com", false), ("", "a.b", false),
  ])
  func `no_proxy lists the hosts that are reached directly`(list: String, host: String, isDirect: Bool) {
    let rule = ProxyRule(environment: ["https_proxy": proxy, "no_proxy": list])
    #expect(rule.proxy(host: host, port: 443) == (isDirect ? nil : proxy))
  }

  @Test(arguments: [
    ("socks5://p:1080", "socks5h://p:1080"), ("SOCKS5://p:1080", "socks5h://p:1080"),
    ("Socks4://u@p", "socks4a://u@p"), ("socks4a://p", "socks4a://p"), ("http://p", "http://p"), ("p:80", "p:80"),
  ])
  func `the proxy looks names up, not this machine`(proxy: String, expected: String) {
    #expect(ProxyRule(environment: ["all_proxy": proxy]).proxy(host: "a.example", port: 443) == expected)
  }
}
