import JSONCoding

@testable import Providers

/// A model behind a connection, in the wire format of its vendor.
func httpModel(
  _ connection: ProviderConnection, version: String = Anthropic.apiVersion, transport: any HTTPTransport,
  streaming: (any HTTPStreamingTransport)? = nil, clock: ProviderClock = .system,
  timeout: Double = HTTPRequest.defaultTimeout
) -> any LanguageModel {
  func model(_ format: some WireFormat) -> any LanguageModel {
    HTTPModel(format, connection, transport: transport, streaming: streaming, clock: clock, timeout: timeout)
  }
  return model(connection.format(anthropicVersion: version))
}

extension WireFormat {
  /// The initial body of a request.
  func firstBody(of request: CompletionRequest, isStreaming: Bool = false) -> JSONObject {
    let rules = rules(for: request)
    let shape = shape(by: rules)
    return isStreaming
      ? streamingBody(of: request, rules, shape: shape) : body(of: request, rules, shape: shape)
  }
}
