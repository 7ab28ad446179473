/// The settings that all requests of a transport share.
package struct CurlSettings: Sendable {
  /// The user agent of requests.
  package var userAgent = "completion-kit"
  /// The largest whole answer in bytes, after decompression.
  package var bodyLimit = HTTPResponse.bodyLimit
  /// The largest streamed answer in bytes; every word of it takes about 250 bytes of JSON.
  package var streamLimit = 8 * HTTPResponse.bodyLimit
  /// The largest size in bytes of all heads and trailers of one answer.
  package var headLimit = 256 * 1_024
  /// The time limit in seconds for connecting, including TLS.
  package var connectTimeout = 30.0
  /// The time limit of a whole streamed answer, as a multiple of the request's timeout.
  package var streamFactor = 10.0
  /// Seconds to wait for the end of a stream after everything that matters has arrived.
  package var lingering = 0.25
  /// The number of buffered bytes of a stream after which the connection is paused.
  package var streamBuffer = 256 * 1_024
  package var connectionsPerHost = 128
  /// The trusted certificates from `SSL_CERT_FILE` and `SSL_CERT_DIR`; nil for the system's own.
  package var certificateFile: String?
  package var certificateFolder: String?

  /// - Parameter environment: variables that may contain `SSL_CERT_FILE` and `SSL_CERT_DIR`.
  package init(userAgent: String = "completion-kit", environment: [String: String] = [:]) {
    self.userAgent = userAgent
    certificateFile = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    certificateFolder = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
