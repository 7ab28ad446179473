import Providers
package import Store

extension ResponseEntry {
  /// Whether its row is left alone when the run goes on, because the same request would probably fail again.
  ///
  /// An answer that was withheld or has no text was paid for, and would be paid for again. A rejected request counts only
  /// once the model has answered a later one; before that, the fault may be one of all requests and may be mended since.
  package var failsAgain: Bool { status == .failed && failure != nil }
}

extension ProviderError {
  /// What failed, if the same request would probably fail again; nil if that is not known at once, see ``Rejections``.
  var lastingFailure: ResponseFailure? { kind == .unusableAnswer && isAboutRequest ? .unusable : nil }

  /// Whether the provider rejected the request for what it holds.
  var isRejection: Bool { kind == .invalidRequest && isAboutRequest }
}
