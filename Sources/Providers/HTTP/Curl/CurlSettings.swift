/// What all requests of a transport have in common.
package struct CurlSettings: Sendable {
  /// What requests say they come from.
  package var userAgent = "completion-kit"
  /// The largest whole answer in bytes, after decompression.
  package var bodyLimit = HTTPResponse.bodyLimit
  /// The most bytes of a streamed answer: every word of it comes in some 250 bytes of JSON.
  package var streamLimit = 8 * HTTPResponse.bodyLimit
  /// The most bytes of all heads and trailers of one answer.
  package var headLimit = 256 * 1_024
  /// Seconds until a connection must be there, TLS included.
  package var connectTimeout = 30.0
  /// How many times a request's timeout a streamed answer may take as a whole.
  package var streamFactor = 10.0
  /// Seconds for which the end of a stream is awaited after all that matters has come.
  package var lingering = 0.25
  /// Bytes of a stream that wait for their reader before the connection is paused.
  package var streamBuffer = 256 * 1_024
  package var connectionsPerHost = 128
  /// Certificates to trust, as `SSL_CERT_FILE` and `SSL_CERT_DIR` name them; nil for the system's own.
  package var certificateFile: String?
  package var certificateFolder: String?

  /// - Parameter environment: where `SSL_CERT_FILE` and `SSL_CERT_DIR` may be set.
  package init(userAgent: String = "completion-kit", environment: [String: String] = [:]) {
    self.userAgent = userAgent
    certificateFile = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    certificateFolder = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
