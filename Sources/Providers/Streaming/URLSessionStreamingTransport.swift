import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Streams by URLSession: a session beside the one for whole answers, made at the first stream.
package final class URLSessionStreamingTransport: HTTPStreamingTransport {
  private let streams: URLSessionStreams
  private let session: LazySession

  /// - Parameter userAgent: how the program names itself to servers.
  package init(userAgent: String = "completion-kit") {
    streams = URLSessionStreams()
    session = LazySession(delegate: streams, callbacks: streams.callbacks, userAgent: userAgent)
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    try await session.perform(
      URLSessionTransport.urlRequest(request),
      add: { [streams] in streams.add($0, timeout: request.timeout, receiver: receiver, complete: $1) },
      cancel: streams.cancel)
  }
}
