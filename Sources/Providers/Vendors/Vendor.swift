#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A vendor of language models, or a program that serves them, with everything that the program knows of it.
///
/// To add one, write its value in a file of its own and list it in ``allCases``. Credentials, routing, keys of the
/// environment, prices, the list of models and the README's table follow, and the vendor laws in the tests hold for it.
package struct Vendor: Sendable, Hashable, RawRepresentable, CaseIterable {
  package static let allCases: [Vendor] = [
    .openai, .anthropic, .ollama, .openrouter, .gemini, .azureFoundry, .groq, .mistral, .deepseek, .xai, .together,
    .fireworks,
  ]

  /// The name in credentials and before a model: `openai`.
  package let rawValue: String
  /// The name for people.
  package let displayName: String
  /// Its own address, without a version unless the address always has one; nil where each customer has another.
  package let defaultEndpoint: String?
  /// How the address of a customer looks, for those who have to give it.
  package let exampleEndpoint: String
  /// The addresses that a method such as `chat/completions` can have at an endpoint, the likeliest first.
  ///
  /// The model is nil for a method that asks none.
  let addresses: @Sendable (_ endpoint: Endpoint, _ method: String, _ model: String?) -> [URL]
  /// The environment variable that stands in for a credential.
  package let environmentVariable: String
  /// How the variable is read.
  let variable: Variable
  /// How requests and answers are written.
  let format: @Sendable (WireOptions) -> any WireFormat
  /// How its models are listed.
  let listing: ModelListing
  /// Which names are models of it.
  let names: ModelNames
  /// What its models cost.
  let prices: PriceList
  /// Whether its answers say what they cost, and it bills by that.
  let reportsCost: Bool
  /// When it ends its models.
  let shutdowns: [String: ModelShutdown]
  /// The tokens from which on it writes prompts to its cache by itself; nil if it never does.
  package let cachesPromptsFrom: Int?
  /// What to do where nothing answers on this machine.
  let absenceAdvice: String
  /// What to do where a model is not there.
  let missingModelAdvice: String

  /// What the environment variable holds.
  enum Variable: Sendable {
    /// A key, which the vendor's own address demands.
    case key
    /// The address of a server that asks for no key, as this function reads it.
    case address(@Sendable (String) -> String?)
  }

  /// Where it is reached.
  enum Place: Sendable {
    /// At one address.
    case address(String)
    /// At an address of each customer's own that looks like this one.
    case likeAddress(String)
  }

  /// What a wire format depends on beside the vendor.
  struct WireOptions: Sendable {
    var anthropicVersion = Anthropic.apiVersion
  }

  init(
    _ rawValue: String, _ displayName: String, at place: Place, variable environmentVariable: String,
    holds variable: Variable = .key,
    addresses: @escaping @Sendable (Endpoint, String, String?) -> [URL] = { endpoint, method, _ in
      endpoint.addresses(of: method)
    },
    format: @escaping @Sendable (WireOptions) -> any WireFormat,
    listing: ModelListing = .whole, names: ModelNames, prices: PriceList = .unknown,
    reportsCost: Bool = false, shutdowns: [String: ModelShutdown] = [:], cachesPromptsFrom: Int? = nil,
    absenceAdvice: String = "Start the server that should listen there, or check api_endpoint.",
    missingModelAdvice: String = "See models_list."
  ) {
    self.rawValue = rawValue
    self.displayName = displayName
    switch place {
    case .address(let address): (defaultEndpoint, exampleEndpoint) = (address, address)
    case .likeAddress(let example): (defaultEndpoint, exampleEndpoint) = (nil, example)
    }
    self.addresses = addresses
    self.environmentVariable = environmentVariable
    self.variable = variable
    self.format = format
    self.listing = listing
    self.names = names
    self.prices = prices
    self.reportsCost = reportsCost
    self.shutdowns = shutdowns
    self.cachesPromptsFrom = cachesPromptsFrom
    self.absenceAdvice = absenceAdvice
    self.missingModelAdvice = missingModelAdvice
  }

  package init?(rawValue: String) {
    guard let vendor = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = vendor
  }

  package static func == (left: Vendor, right: Vendor) -> Bool { left.rawValue == right.rawValue }

  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// Whether its own address answers only to those who show a key.
  package var requiresKey: Bool {
    if case .key = variable { true } else { false }
  }

  /// The environment variables that stand in for credentials, as a sentence lists them.
  package static var environmentVariables: String {
    let names = allCases.filter { $0.defaultEndpoint != nil }.map(\.environmentVariable)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// What to do about a credential without an address, where the vendor has none of its own.
  package var addressAdvice: String {
    "\(displayName) has an address for each resource: give api_endpoint, such as \(exampleEndpoint)."
  }

  /// The address that its environment variable names; nil for a variable that holds a key, or nothing.
  func address(in value: String?) -> String? {
    guard let value, case .address(let read) = variable else { return nil }
    return read(value)
  }

  /// The list price of a model; nil where it is not known.
  package func price(of model: String) -> ModelPrice? { prices.price(model) }

  /// US dollars for one call at the list price; nil where it is not known.
  package func cost(of usage: TokenUsage, model: String) -> Double? { price(of: model)?.cost(of: usage) }

  /// Why a model is known not to take parameters, as a sentence that says what it takes; nil if nothing is known against
  /// them.
  package func refusal(of parameters: RequestParameters, model: String) -> String? {
    let request = CompletionRequest(model: model, messages: [], parameters: parameters)
    return format(WireOptions()).refusal(of: request, at: displayName)
  }

  /// The end of a model at the vendor's own address; nil where none is announced.
  ///
  /// A dated name ends with the undated one, and a fine-tuned model (`ft:gpt-4.1-mini:...`) with the one it is made of.
  package func shutdown(of model: String) -> ModelShutdown? {
    let name = model.lowercased()
    guard name.hasPrefix("ft:") else { return ModelTable.entry(for: name, in: shutdowns) }
    let base = name.split(separator: ":", maxSplits: 2).dropFirst().first ?? ""
    return ModelTable.entry(for: String(base), in: shutdowns)
  }
}

/// How a vendor lists its models.
enum ModelListing: Sendable {
  /// All at once, at `models`.
  case whole
  /// Page by page, at `models`.
  case pages
  /// Ollama's `api/tags`; a server that only resembles it is asked for `models`.
  case tags
}

/// Which names are models of a vendor.
struct ModelNames: Sendable {
  /// Whether a name in lower case belongs to this vendor and to nobody else (`gpt-`).
  var areOwn: @Sendable (Substring) -> Bool = { _ in false }
  /// Whether a name that belongs to nobody can be a model at the vendor's own address.
  var canBe: @Sendable (String) -> Bool = { _ in false }
  /// Whether the vendor has no models at its own address but its own.
  var areOnlyOwn = false
  /// Whether OpenRouter has the vendor's models under its name: `openai/gpt-6-luna`.
  var areOnOpenRouter = false
}

/// What a vendor's models cost.
struct PriceList: Sendable {
  /// Who bills for calls.
  enum Billing: Sendable {
    /// The vendor, by its list.
    case list
    /// Nobody, for a server on one's own machine or network.
    case freeOnOwnNetwork
  }

  var billing = Billing.list
  /// The names of the models in the list.
  var models: [String] = []
  /// The price of a model, however its name is dated or spelled.
  var price: @Sendable (String) -> ModelPrice? = { _ in nil }

  /// The day on which the lists were read.
  static let date = "2026-11-25"
  /// Batch and flex calls cost half as much, at those who have them.
  static let half = ["batch": 0.5, "flex": 0.5]
  /// A vendor that names prices with its answers, or whose prices are not known here.
  static let unknown = PriceList()
}
