import Providers
import Testing

/// The error of a request that is repeated with twice the timeout while a busy machine lets an earlier limit pass first,
/// such as that for the connection; and the last timeout in seconds. Nil for a request without an error.
func errorWithGrowingTimeout(
  unless isTooEarly: (HTTPError) -> Bool = { $0.isNoConnection }, _ send: (_ timeout: Double) async throws(HTTPError) -> Void
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
