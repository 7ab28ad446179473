import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Lists what a provider offers.
///
/// `GET /v1/models` for OpenAI, OpenRouter (with prices) and compatible servers, the same page by page for Anthropic,
/// `GET /api/tags` for Ollama, where a server that only resembles it is asked for `/v1/models` instead. Prices that the provider does not give come from ``PriceTable``.
package struct ModelCatalogue: Sendable {
  private let connection: ProviderConnection
  private let transport: any HTTPTransport
  private let anthropicVersion: String
  private let clock: ProviderClock
  private let timeout: Double

  /// More pages than any provider has: an endless list ends here.
  private static let pageLimit = 50

  package init(
    _ connection: ProviderConnection, transport: any HTTPTransport,
    anthropicVersion: String = AnthropicModel.defaultVersion, clock: ProviderClock = .system, timeout: Double = 30
  ) {
    self.connection = connection
    self.transport = transport
    self.anthropicVersion = anthropicVersion
    self.clock = clock
    self.timeout = timeout
  }

  /// All models, sorted by name.
  package func models() async throws(ProviderError) -> [ModelInfo] {
    var models: [ModelInfo]
    switch connection.provider {
    case .openai, .openrouter:
      models = try entries("data", of: try await get(connection.endpoint.versioned("models"))).compactMap(model)
    case .ollama: models = try await tags()
    case .anthropic: models = try await pages()
    }
    models.sort { $0.id < $1.id }
    return models
  }

  private func tags() async throws(ProviderError) -> [ModelInfo] {
    let own: ProviderError
    do throws(ProviderError) {
      return try entries("models", of: try await get(connection.endpoint.unversioned("api/tags"))).compactMap(model)
    } catch {
      own = error
    }
    guard own.kind == .notFound else { throw own }
    return try entries("data", of: try await get(connection.endpoint.versioned("models"))).compactMap(model)
  }

  private func pages() async throws(ProviderError) -> [ModelInfo] {
    var models: [ModelInfo] = []
    var query = [URLQueryItem(name: "limit", value: "1000")]
    for _ in 0..<Self.pageLimit {
      let page = try await get(connection.endpoint.versioned("models").appending(queryItems: query))
      models += try entries("data", of: page).compactMap(model)
      guard page["has_more"]?.boolValue == true, let last = page["last_id"]?.stringValue else { break }
      query = [URLQueryItem(name: "limit", value: "1000"), URLQueryItem(name: "after_id", value: last)]
    }
    return models
  }

  private func model(_ entry: JSONValue) -> ModelInfo? {
    guard let id = entry["id"]?.stringValue ?? entry["model"]?.stringValue ?? entry["name"]?.stringValue else {
      return nil
    }
    let known = PriceTable.price(of: id, provider: connection.provider)
    return ModelInfo(
      id: connection.redactor.redactKnown(id), provider: connection.provider,
      promptPrice: Self.price(entry["pricing"]?["prompt"]) ?? known?.input,
      completionPrice: Self.price(entry["pricing"]?["completion"]) ?? known?.output,
      shutdownDate: Self.date(entry["shutdown_date"]) ?? ModelShutdown.of(id, provider: connection.provider)?.date)
  }

  /// `2027-01-14`, from a date, a moment, or seconds since 1970.
  private static func date(_ value: JSONValue?) -> String? {
    if let seconds = value?.count {
      return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601.year().month().day())
    }
    let day = value?.stringValue?.prefix(10) ?? ""
    return day.count == 10 && day.filter({ $0 == "-" }).count == 2 ? String(day) : nil
  }

  /// OpenRouter writes dollars per token as texts, and -1 for a router whose price depends.
  private static func price(_ value: JSONValue?) -> Double? {
    guard let dollars = value?.stringValue.flatMap(Double.init) ?? value?.doubleValue, dollars >= 0 else { return nil }
    // Rounded to a millionth, because a price per token times a million has a tail of binary digits.
    return (dollars * 1e12).rounded() / 1e6
  }

  private func entries(_ key: String, of page: JSONValue) throws(ProviderError) -> [JSONValue] {
    // Together and GitHub Models answer with the list alone.
    guard let entries = page[key]?.arrayValue ?? page.arrayValue ?? page["models"]?.arrayValue else {
      throw failure.unusable("\(connection.name) answered without a list of models.")
    }
    return entries
  }

  private var failure: ProviderFailure { ProviderFailure(connection: connection, model: "") }

  private func get(_ url: URL) async throws(ProviderError) -> JSONValue {
    let headers =
      connection.provider == .anthropic
      ? MessagesFormat(version: anthropicVersion).headers(key: connection.key)
      : ChatCompletionsFormat(provider: connection.provider).headers(key: connection.key)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await transport.send(
        HTTPRequest(.get, url, headers: headers, timeout: timeout, certificateFile: connection.certificateFile))
    } catch {
      throw failure.error(error)
    }
    guard (200..<300).contains(response.status) else {
      let body = ProviderErrorBody(body: response.body)
      throw failure.error(status: response.status, body, headers: response.headers, now: clock.wall())
    }
    do throws(JSONError) {
      return try JSONValue(parsing: response.body)
    } catch {
      throw failure.notJSON(response, error)
    }
  }
}
