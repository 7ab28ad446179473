import Providers
import Testing

/// The error of a request, and the timeout in seconds that led to it.
///
/// The timeout is doubled as long as a busy machine reaches an earlier limit first, such as that for the connection. The
/// error is nil for a request that succeeds.
func errorWithGrowingTimeout(
  unless isTooEarly: (HTTPError) -> Bool = { $0.isNoConnection },
  _ send: (_ timeout: Double) async throws(HTTPError) -> Void
) async -> (error: HTTPError?, timeout: Double) {
  var timeout = 0.2
  while true {
    do throws(HTTPError) {
      try await send(timeout)
      return (nil, timeout)
    } catch {
      if timeout > 60 || !isTooEarly(error) { return (error, timeout) }
      timeout *= 2
    }
  }
}

extension HTTPError {
  /// Whether there was no connection in time.
  var isNoConnection: Bool { if case .cannotConnect = self { true } else { false } }
}
