import CCurl
import Testing

@testable import Providers

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct CurlFailureTests {
  @Test(arguments: [
    ("SSL certificate problem: certificate has expired", "has expired"),
    ("SSL certificate problem: certificate is not yet valid", "Check the clock"),
    ("SSL certificate problem: self-signed certificate", "self-signed"),
    ("SSL certificate problem: self signed certificate in certificate chain", "SSL_CERT_FILE"),
    ("SSL certificate problem: unable to get local issuer certificate", "authority"),
    ("SSL: no alternative certificate subject name matches target host name 'a'", "another host name"),
    ("something new", "not trusted"),
  ])
  func `a certificate's fault is told with what to do`(detail: String, words: String) {
    guard
      case .insecure(let text) = CurlFailure.error(.init(code: CURLE_PEER_FAILED_VERIFICATION, detail: detail))
    else {
      Issue.record("not insecure")
      return
    }
    #expect(text.contains(words))
  }

  @Test func `a proxy's refusal is told apart from the server's`() {
    let refusal = CurlFailure.error(.init(code: CURLE_RECV_ERROR, proxyStatus: 407, isProxied: true))
    guard case .proxyRefused(let text) = refusal else {
      Issue.record("\(refusal)")
      return
    }
    #expect(text.contains("407") && text.contains("password") && text.contains("NO_PROXY"))
    let dead = CurlFailure.error(.init(code: CURLE_COULDNT_CONNECT, systemError: ECONNREFUSED, isProxied: true))
    #expect(dead == .cannotConnect("the proxy's connection was refused"))
  }

  @Test(arguments: [
    ("error:0A00010B:SSL routines::wrong version number", HTTPError.insecure(""), "http://"),
    ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a:443", .connectionLost(""), "handshake"),
  ])
  func `a handshake that fails says whether another attempt can help`(
    detail: String, kind: HTTPError, words: String
  ) {
    let error = CurlFailure.error(.init(code: CURLE_SSL_CONNECT_ERROR, detail: detail))
    #expect("\(error)".prefix { $0 != "(" } == "\(kind)".prefix { $0 != "(" } && "\(error)".contains(words))
  }
}

@Suite struct CurlLibraryTests {
  @Test func `a missing library is told with the package that has it`() {
    guard case .unavailable(let text) = CurlLibrary.open(["/nowhere/libcurl.so.4"]) else {
      Issue.record("found")
      return
    }
    #expect(text.contains("not installed") && text.contains("libcurl"))
  }

  @Test func `a library that is too old is told with its version`() {
    #expect(CurlLibrary.fault(ofVersion: 0x07_44_00) == nil && CurlLibrary.fault(ofVersion: 0x08_00_00) == nil)
    guard case .unavailable(let text) = CurlLibrary.fault(ofVersion: 0x07_3d_01) else {
      Issue.record("new enough")
      return
    }
    #expect(text.contains("7.61.1"))
  }
}
