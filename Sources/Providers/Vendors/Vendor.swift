#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A vendor of language models, or a program that serves them, with all facts about it.
///
/// To add a vendor, write its value in a file of its own and list it in ``allCases``. Credentials, routing, environment
/// keys, prices, the list of models and the README's table follow from it, and the tests apply the vendor laws to it.
package struct Vendor: Sendable, Hashable, RawRepresentable, CaseIterable {
  package static let allCases: [Vendor] = [
    .openai, .anthropic, .ollama, .openrouter, .gemini, .azureFoundry, .groq, .mistral, .deepseek, .xai, .together,
    .fireworks,
  ]

  /// The name in credentials and in a model's prefix: `openai`.
  package let rawValue: String
  /// The display name.
  package let displayName: String

  /// The name of a recorded provider for people; the recorded word if it is none of the vendors.
  package static func displayName(of provider: String) -> String { Vendor(rawValue: provider)?.displayName ?? provider }

  /// The default address, without a version unless the address always has one; nil if each customer has another.
  package let defaultEndpoint: String?
  /// An example of a customer's address.
  package let exampleEndpoint: String
  /// The possible addresses of a method such as `chat/completions` at an endpoint, the likeliest first.
  ///
  /// The model is nil for a method without a model.
  let addresses: @Sendable (_ endpoint: Endpoint, _ method: String, _ model: String?) -> [URL]
  /// The environment variable that stands in for a credential.
  package let environmentVariable: String
  /// The kind of value in the variable.
  let variable: Variable
  /// The wire format of requests and answers.
  let format: @Sendable (WireOptions) -> any WireFormat
  /// The way its models are listed.
  let listing: ModelListing
  /// The names of its models.
  let names: ModelNames
  /// The prices of its models.
  let prices: PriceList
  /// Whether its answers report their cost, by which it bills.
  let reportsCost: Bool
  /// The batch API at its own address; nil if its documents describe none of the known kinds.
  let batches: BatchAPI?
  /// Whether a batch API of it is known.
  package var hasBatches: Bool { batches != nil }
  /// The announced ends of its models, made when they are asked for.
  private let announcedEnds: @Sendable () -> [String: ModelShutdown]
  /// The way it keeps the prompts of a model; nil if it does not, or not that is known.
  package let promptCache: @Sendable (_ model: String) -> PromptCache?
  /// The most tokens of an answer of a model, where the API ends it without being told to; nil if unknown.
  let longestAnswer: @Sendable (_ model: String) -> Int?
  /// The advice if no server responds on this machine.
  let absenceAdvice: String
  /// The advice if a model does not exist.
  let missingModelAdvice: String

  /// The value of the environment variable.
  enum Variable: Sendable {
    /// A key, which the vendor's own address demands.
    case key
    /// The address of a server without a key, parsed by this function.
    case address(@Sendable (String) -> String?)
  }

  /// The address of a vendor.
  enum Place: Sendable {
    /// At one address.
    case address(String)
    /// An address of each customer's own, of which this is an example.
    case likeAddress(String)
  }

  /// The options of a wire format besides the vendor.
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
    reportsCost: Bool = false, batches: BatchAPI? = nil,
    shutdowns: @autoclosure @escaping @Sendable () -> [String: ModelShutdown] = [:],
    promptCache: @escaping @Sendable (String) -> PromptCache? = { _ in nil },
    longestAnswer: @escaping @Sendable (String) -> Int? = { _ in nil },
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
    self.batches = batches
    announcedEnds = shutdowns
    self.promptCache = promptCache
    self.longestAnswer = longestAnswer
    self.absenceAdvice = absenceAdvice
    self.missingModelAdvice = missingModelAdvice
  }

  package init?(rawValue: String) {
    guard let vendor = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = vendor
  }

  package static func == (left: Vendor, right: Vendor) -> Bool { left.rawValue == right.rawValue }

  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// Whether its own address requires a key.
  package var requiresKey: Bool {
    if case .key = variable { true } else { false }
  }

  /// The environment variables that replace credentials, as a list in a sentence.
  package static var environmentVariables: String {
    let names = allCases.filter { $0.defaultEndpoint != nil }.map(\.environmentVariable)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// The advice about a missing address, for a vendor without one of its own.
  package var addressAdvice: String {
    "\(displayName) has an address for each resource: give api_endpoint, such as \(exampleEndpoint)."
  }

  /// The address in its environment variable; nil for a variable that holds a key or nothing.
  func address(in value: String?) -> String? {
    guard let value, case .address(let read) = variable else { return nil }
    return read(value)
  }

  /// The announced ends of its models.
  var shutdowns: [String: ModelShutdown] { announcedEnds() }

  /// The list price of a model; nil if unknown.
  package func price(of model: String) -> ModelPrice? { prices.price(model) }

  /// The cost of one call in US dollars at the list price; nil if unknown.
  package func cost(of usage: TokenUsage, model: String) -> Double? { price(of: model)?.cost(of: usage) }

  /// Why a model is known not to accept parameters, as a sentence that names the accepted ones; nil if no objection is
  /// known.
  package func refusal(of parameters: RequestParameters, model: String) -> String? {
    let request = CompletionRequest(model: model, messages: [], parameters: parameters)
    return format(WireOptions()).refusal(of: request, at: displayName)
  }

  /// The announced end of a model at the vendor's own address; nil if there is none.
  ///
  /// A dated name ends with the undated one, and a fine-tuned model (`ft:gpt-4.1-mini:...`) with the one it is made of.
  package func shutdown(of model: String) -> ModelShutdown? {
    let name = model.lowercased()
    guard name.hasPrefix("ft:") else { return ModelTable.entry(for: name, in: shutdowns) }
    let base = name.split(separator: ":", maxSplits: 2).dropFirst().first ?? ""
    return ModelTable.entry(for: String(base), in: shutdowns)
  }
}

/// The way a vendor lists its models.
enum ModelListing: Sendable {
  /// All models at once, at `models`.
  case whole
  /// Pages of models, at `models`.
  case pages
  /// Ollama's `api/tags`; `models` for a server that only resembles Ollama.
  case tags
}
