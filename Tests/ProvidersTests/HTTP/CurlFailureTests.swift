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
    ("server certificate verification failed. CAfile: none CRLfile: none", "Check that it has not expired"),
    ("something new", "not trusted"),
  ])
  func `a certificate's fault is reported with its remedy`(detail: String, words: String) {
    guard
      case .insecure(let text) = CurlFailure.error(.init(code: CURLE_PEER_FAILED_VERIFICATION, detail: detail))
    else {
      Issue.record("not insecure")
      return
    }
    #expect(text.contains(words))
  }

  @Test func `a proxy's refusal is distinguished from the server's`() {
    let refusal = CurlFailure.error(
      .init(code: CURLE_RECV_ERROR, proxyStatus: 407, route: .proxy("http://p:1", [])))
    guard case .proxyRefused(let text) = refusal else {
      Issue.record("\(refusal)")
      return
    }
    #expect(text.contains("407") && text.contains("password") && text.contains("NO_PROXY"))
    let dead = CurlFailure.error(
      .init(code: CURLE_COULDNT_CONNECT, systemError: ECONNREFUSED, route: .proxy("http://p:1", [])))
    #expect(dead == .cannotConnect("the proxy's connection was refused: check https_proxy"))
  }

  @Test(arguments: [
    CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
    CURLE_PEER_FAILED_VERIFICATION, CURLE_OPERATION_TIMEDOUT,
  ])
  func `a failure before the tunnel exists is the proxy's`(code: Int) {
    for detail in ["", "wrong version number", "unexpected eof", "hostname", "expired"] {
      let report = CurlFailure.Report(code: code, detail: detail, route: .proxy("https://p:1", []))
      let text = "\(CurlFailure.error(report))"
      #expect(text.contains("the proxy") && !text.contains("the server") && !text.contains("api_endpoint"), "\(text)")
    }
  }

  @Test(arguments: [
    (HTTPRoute.direct([]), 0), (.proxy("http://p:1", []), 200), (.proxy("socks5h://p:1", []), 0),
  ])
  func `a failure after the proxy is the server's`(route: HTTPRoute, status: Int) {
    let certificate = CurlFailure.Report(
      code: CURLE_PEER_FAILED_VERIFICATION, detail: "expired", proxyStatus: status, route: route)
    #expect(CurlFailure.error(certificate) == .insecure("the server's certificate has expired"))
    let closed = CurlFailure.Report(code: CURLE_GOT_NOTHING, proxyStatus: status, route: route)
    #expect(CurlFailure.error(closed) == .connectionLost("it was closed without an answer"))
  }

  @Test(arguments: [
    ("error:0A00010B:SSL routines::wrong version number", HTTPError.insecure(""), "http://"),
    ("gnutls_handshake() failed: An unexpected TLS packet was received.", .insecure(""), "http://"),
    ("error:0688010A:asn1 encoding routines::EVP lib", .insecure(""), "ca_file"),
    ("error:0A000126:SSL routines::dh key too small", .insecure(""), "dh key too small"),
    ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a:443", .connectionLost(""), "handshake"),
    ("OpenSSL SSL_connect: Connection reset by peer in connection to a:443", .connectionLost(""), "handshake"),
    ("error:0A000126:SSL routines::unexpected eof while reading", .connectionLost(""), "handshake"),
    ("gnutls_handshake() failed: The TLS connection was non-properly terminated.", .connectionLost(""), "handshake"),
  ])
  func `a handshake that fails says whether another attempt can help`(
    detail: String, kind: HTTPError, words: String
  ) {
    let error = CurlFailure.error(.init(code: CURLE_SSL_CONNECT_ERROR, detail: detail))
    #expect("\(error)".prefix { $0 != "(" } == "\(kind)".prefix { $0 != "(" } && "\(error)".contains(words))
  }

  @Test func `an unreadable certificate file is named, and a system without certificates gets advice`() {
    let named = CurlFailure.error(.init(code: CURLE_SSL_CACERT_BADFILE, certificateFile: "/a.pem"))
    #expect(named == .insecure("the certificate file /a.pem cannot be read"))
    #expect("\(CurlFailure.error(.init(code: CURLE_SSL_CACERT_BADFILE)))".contains("package ca-certificates"))
  }
}

@Suite struct CurlLibraryTests {
  @Test func `a missing library is reported with its package`() {
    guard case .unavailable(let text) = CurlLibrary.open(["/nowhere/libcurl.so.4"]) else {
      Issue.record("found")
      return
    }
    #expect(text.contains("not installed") && text.contains("libcurl"))
  }

  @Test func `a library that is too old is reported with its version`() {
    #expect(CurlLibrary.fault(ofVersion: 0x07_44_00) == nil && CurlLibrary.fault(ofVersion: 0x08_00_00) == nil)
    guard case .unavailable(let text) = CurlLibrary.fault(ofVersion: 0x07_3d_01) else {
      Issue.record("new enough")
      return
    }
    #expect(text.contains("7.61.1"))
  }
}
