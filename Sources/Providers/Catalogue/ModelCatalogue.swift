import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Lists the models of a provider.
///
/// `GET /v1/models` for OpenAI, OpenRouter (with prices) and compatible servers; the same in pages for Anthropic; `GET
/// /api/tags` for Ollama, and `/v1/models` for a server that only resembles Ollama. The prices are those by which calls
/// are billed (``CallPricing``), or else the provider's.
package struct ModelCatalogue: Sendable {
  private let connection: ProviderConnection
  private let credential: ProviderCredential?
  private let transport: any HTTPTransport
  private let anthropicVersion: String
  private let clock: ProviderClock
  private let timeout: Double
  private let addresses: MethodAddresses

  /// More pages than any provider has, as an end to an endless list.
  private static let pageLimit = 50

  package init(
    _ connection: ProviderConnection, _ credential: ProviderCredential? = nil, transport: any HTTPTransport,
    anthropicVersion: String = Anthropic.apiVersion, clock: ProviderClock = .system, timeout: Double = 30
  ) {
    self.connection = connection
    self.credential = credential
    self.transport = transport
    self.anthropicVersion = anthropicVersion
    self.clock = clock
    self.timeout = timeout
    addresses = MethodAddresses(of: "models", at: connection)
  }

  /// All models, sorted by name.
  package func models() async throws(ProviderError) -> [ModelInfo] {
    var models: [ModelInfo]
    switch connection.provider.listing {
    case .whole: models = try entries(of: try await list()).compactMap(model)
    case .tags: models = try await tags()
    case .pages: models = try await pages()
    }
    models.sort { $0.id < $1.id }
    return models
  }

  private func tags() async throws(ProviderError) -> [ModelInfo] {
    let own: ProviderError
    switch try await get(connection.endpoint.unversioned("api/tags")) {
    case .success(let page): return try entries(of: page).compactMap(model)
    case .failure(let failure): own = failure.error
    }
    guard own.kind == .notFound else { throw own }
    return try entries(of: try await list()).compactMap(model)
  }

  private func pages() async throws(ProviderError) -> [ModelInfo] {
    var models: [ModelInfo] = []
    var query = [URLQueryItem(name: "limit", value: "1000")]
    var seen: Set<String> = []
    for _ in 0..<Self.pageLimit {
      let page = try await list(query)
      let last = page["last_id"]?.stringValue
      // A server that does not know the cursor begins again.
      if let last, !seen.insert(last).inserted { break }
      models += try entries(of: page).compactMap(model)
      guard page["has_more"]?.boolValue == true, let last else { break }
      query = [URLQueryItem(name: "limit", value: "1000"), URLQueryItem(name: "after_id", value: last)]
    }
    return models
  }

  private func model(_ entry: JSONValue) -> ModelInfo? {
    let names = [entry, entry["id"], entry["model"], entry["name"]]
    guard let id = names.lazy.compactMap({ $0?.stringValue?.nonEmpty }).first else { return nil }
    let known = CallPricing(of: id, over: connection, credential).price(of: id, connection.provider)
    return ModelInfo(
      id: connection.redactor.redactKnown(id), provider: connection.provider,
      promptPrice: known?.input ?? Self.price(entry["pricing"]?["prompt"]),
      completionPrice: known?.output ?? Self.price(entry["pricing"]?["completion"]),
      shutdownDate: Self.date(entry["shutdown_date"]) ?? connection.provider.shutdown(of: id)?.date)
  }

  /// `2027-01-14`, from a date, a time, or seconds since 1970.
  private static func date(_ value: JSONValue?) -> String? {
    if let seconds = value?.count {
      return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601.year().month().day())
    }
    let day = value?.stringValue?.prefix(10) ?? ""
    return day.count == 10 && day.filter({ $0 == "-" }).count == 2 ? String(day) : nil
  }

  /// OpenRouter writes dollars per token as text, and -1 for a router whose price varies.
  private static func price(_ value: JSONValue?) -> Double? {
    guard let dollars = value?.stringValue.flatMap(Double.init) ?? value?.doubleValue, dollars >= 0 else { return nil }
    // Rounded to a millionth, because a price per token times a million has binary rounding errors.
    return (dollars * 1e12).rounded() / 1e6
  }

  /// The list itself, or the value of one of its usual keys, at most one level down.
  private func entries(of page: JSONValue) throws(ProviderError) -> [JSONValue] {
    let names = ["data", "models", "results", "result", "items"]
    let values = [page] + names.compactMap { page[$0] }
    let lists = values + values.dropFirst().flatMap { value in names.compactMap { value[$0] } }
    guard let entries = lists.lazy.compactMap(\.arrayValue).first else {
      throw failure().unusable("\(connection.name) answered without a list of models.\(failure().opening(page.text))")
    }
    return entries
  }

  private func failure(_ asked: [URL] = []) -> ProviderFailure {
    ProviderFailure(connection: connection, model: "", addresses: asked)
  }

  /// Requests the list from its possible addresses.
  private func list(_ query: [URLQueryItem] = []) async throws(ProviderError) -> JSONValue {
    var search = addresses.search(for: nil)
    while true {
      let url = search.current
      switch try await get(query.isEmpty ? url : url.appending(queryItems: query), asked: search.tried) {
      case .success(let page):
        search.succeed()
        return page
      case .failure(let failure): if !search.goOn(after: failure) { throw search.error(failure) }
      }
    }
  }

  private func get(
    _ url: URL, asked: [URL] = []
  ) async throws(ProviderError) -> Result<JSONValue, ExchangeFailure> {
    let format = connection.format(anthropicVersion: anthropicVersion)
    let headers = format.headers(key: connection.key)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await transport.send(
        HTTPRequest(.get, url, headers: headers, timeout: timeout, certificateFile: connection.certificateFile))
    } catch {
      throw failure().error(error)
    }
    let failure = failure(asked)
    guard (200..<300).contains(response.status) else {
      let body = ProviderErrorBody(body: response.body)
      let error = failure.error(status: response.status, body, headers: response.headers, now: clock.wall())
      return .failure(ExchangeFailure(body, error, isMisplaced: response.status == 404 || response.status == 405))
    }
    do throws(JSONError) {
      return .success(try JSONValue(parsing: response.body, .lenient))
    } catch {
      throw failure.notJSON(response, error)
    }
  }
}
