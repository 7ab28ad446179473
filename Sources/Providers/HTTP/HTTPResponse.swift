/// A whole answer.
package struct HTTPResponse: Sendable, Equatable {
  /// The largest answer in bytes, after decompression.
  package static let bodyLimit = 32 * 1_048_576

  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Whether the body was sent compressed.
  var isCompressed: Bool { headers["Content-Encoding"].map { !$0.isEmpty && $0.lowercased() != "identity" } ?? false }
}
