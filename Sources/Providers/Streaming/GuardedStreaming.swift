/// Streams only from where a ``GuardedTransport`` lets requests go.
package struct GuardedStreaming: HTTPStreamingTransport {
  private let base: any HTTPStreamingTransport
  private let guardian: GuardedTransport

  package init(_ base: any HTTPStreamingTransport, by guardian: GuardedTransport) {
    self.base = base
    self.guardian = guardian
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    try await guardian.admit(request)
    try await base.stream(request, to: receiver)
  }
}
