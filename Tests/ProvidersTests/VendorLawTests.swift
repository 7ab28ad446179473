import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// Laws of every vendor in the list.
@Suite struct VendorLawTests {
  @Test(arguments: Vendor.allCases)
  func `a vendor has a name of its own`(_ vendor: Vendor) {
    #expect(vendor.rawValue.wholeMatch(of: /[a-z][a-z0-9_]{1,20}/) != nil)
    #expect(Vendor(rawValue: vendor.rawValue) == vendor)
    #expect(Vendor.allCases.filter { $0.rawValue == vendor.rawValue }.count == 1)
    #expect(Vendor.allCases.filter { $0.displayName == vendor.displayName }.count == 1)
    #expect(Vendor.allCases.filter { $0.environmentVariable == vendor.environmentVariable }.count == 1)
    #expect(AllowedKey.isVariable(vendor.environmentVariable))
  }

  @Test(arguments: Vendor.allCases)
  func `its own address is allowed`(_ vendor: Vendor) throws {
    let endpoint = try Endpoint(vendor.exampleEndpoint)
    #expect(endpoint.isLoopback != vendor.requiresKey)
    #expect(ProviderCredential.isOwn(vendor.exampleEndpoint, of: vendor) == (vendor.defaultEndpoint != nil))
  }

  @Test(arguments: Vendor.allCases)
  func `a key is sent to its own address, and a missing one names the variable to set`(_ vendor: Vendor) throws {
    guard vendor.requiresKey, vendor.defaultEndpoint != nil else { return }
    let connection = try ProviderConnection(
      provider: vendor, environment: [vendor.environmentVariable: "k-0123456789"])
    #expect(connection.isOwnAddress && connection.key?.reveal() == "k-0123456789")
    let headers = vendor.format(Vendor.WireOptions()).headers(key: connection.key)
    #expect(headers.fields.contains { $0.value.contains("k-0123456789") })
    let error = #expect(throws: RoutingError.self) { try ProviderConnection(provider: vendor, environment: [:]) }
    #expect(error?.description.contains(vendor.environmentVariable) ?? false)
  }

  @Test(arguments: Vendor.allCases)
  func `a tier that it has not is refused with those that it has, and the usual one is never refused`(_ vendor: Vendor)
  {
    let model = vendor.prices.models.first ?? "m"
    let refusals = ServiceTier.allCases.map { tier in
      vendor.refusal(of: RequestParameters(["service_tier": .string(tier.rawValue)]), model: model)
    }
    for (tier, refusal) in zip(ServiceTier.allCases, refusals) {
      guard let refusal else { continue }
      #expect(tier != .auto && tier != .standard)
      #expect(
        refusal.contains(vendor.displayName)
          && refusal.contains(refusal.contains("no service tiers") ? "leave" : "default"))
    }
    #expect(Vendor.anthropic.refusal(of: RequestParameters(["service_tier": "flex"]), model: "claude-opus-5") != nil)
  }

  @Test(arguments: Vendor.allCases)
  func `a cache of prompts keeps whole beginnings of some length`(_ vendor: Vendor) {
    for model in vendor.prices.models {
      guard let cache = vendor.promptCache(model) else { continue }
      #expect(cache.minimum >= PromptCache.leastMinimum)
      #expect((256...8_192).contains(cache.minimum), "\(model)")
      #expect(cache.isAutomatic == (vendor != .anthropic))
    }
  }

  @Test(arguments: Vendor.allCases)
  func `a variable that a client left empty or unfilled counts as not set`(_ vendor: Vendor) {
    for value in ["", " \n", "${user_config.key}", " ${user_config.key}\n"] {
      let environment = [vendor.environmentVariable: value]
      #expect(ProviderEnvironment(environment).providers.isEmpty)
      let credential = ProviderCredential(
        id: 1, provider: vendor, name: "", endpoint: vendor.exampleEndpoint,
        key: .environment(variable: vendor.environmentVariable))
      #expect(throws: RoutingError.self) {
        try ProviderConnection(provider: vendor, credential: credential, environment: environment)
      }
    }
  }

  @Test(arguments: Vendor.allCases)
  func `its name before a model leads to it alone`(_ vendor: Vendor) throws {
    let environment = Dictionary(uniqueKeysWithValues: Vendor.allCases.map { ($0.environmentVariable, "k-0123456789") })
    let credential = ProviderCredential(
      id: 1, provider: vendor, name: "", endpoint: vendor.exampleEndpoint, key: .stored(Secret("k-0123456789")))
    let router = ModelRouter(
      credentials: vendor.defaultEndpoint == nil ? [credential] : [], environment: environment)
    guard case .provider(vendor, _, _, _) = try router.route("\(vendor.rawValue)/some/model") else {
      Issue.record("\(vendor.rawValue)/some/model leads elsewhere")
      return
    }
  }

  @Test(arguments: Vendor.allCases.filter { $0.defaultEndpoint == nil })
  func `a vendor with customer addresses needs one, and gets no environment key automatically`(
    _ vendor: Vendor
  ) throws {
    let environment = [vendor.environmentVariable: "k-0123456789"]
    let none = ProviderCredential(id: 1, provider: vendor, name: "", key: .stored(Secret("k-0123456789")))
    let error = #expect(throws: RoutingError.self) {
      try ProviderConnection(provider: vendor, credential: none, environment: environment)
    }
    #expect(error?.description.contains(vendor.exampleEndpoint) == true)
    #expect(ProviderEnvironment(environment).providers.isEmpty)
    var lent = none
    (lent.endpoint, lent.key) = (vendor.exampleEndpoint, .environment(variable: vendor.environmentVariable))
    #expect(throws: RoutingError.self) {
      try ProviderConnection(provider: vendor, credential: lent, environment: environment)
    }
  }

  @Test(arguments: Vendor.allCases)
  func `a name belongs to one vendor at most`(_ vendor: Vendor) {
    for model in vendor.prices.models {
      let owners = Vendor.allCases.filter { $0.names.areOwn(model[...]) }
      #expect(owners == [vendor], "\(model)")
    }
  }

  @Test(arguments: Vendor.allCases)
  func `a listed model has a price, and one with an announced end has a date`(_ vendor: Vendor) {
    for model in vendor.prices.models {
      let price = vendor.price(of: model)
      #expect(price.map { $0.input > 0 && $0.output >= $0.input && $0.cachedInput <= $0.input } ?? false, "\(model)")
    }
    for (model, shutdown) in vendor.shutdowns {
      #expect(shutdown.date.wholeMatch(of: /20[0-9]{2}-[01][0-9]-[0-3][0-9]/) != nil, "\(model)")
      #expect(shutdown.vendor == vendor.displayName)
    }
  }

  @Test(arguments: Vendor.allCases)
  func `an answer is read, and an unreachable server is reported in a sentence`(_ vendor: Vendor) async throws {
    let answer = vendor.format(Vendor.WireOptions()).method == "messages" ? messagesAnswer : chatAnswer
    let connection = try connection(vendor, endpoint: vendor.defaultEndpoint == nil ? vendor.exampleEndpoint : nil)
    let completion = try await httpModel(connection, transport: FakeTransport(answer)).complete(request())
    #expect(!completion.text.isEmpty && completion.usage != nil)
    #expect(vendor.absenceAdvice.hasSuffix(".") && vendor.missingModelAdvice.hasSuffix("."))
  }

  @Test(arguments: Vendor.allCases)
  func `every set parameter is sent, or reported as dropped`(_ vendor: Vendor) async throws {
    let format = vendor.format(Vendor.WireOptions())
    let connection = try connection(vendor, endpoint: vendor.defaultEndpoint == nil ? vendor.exampleEndpoint : nil)
    let probe = CompletionRequest(model: "x", messages: [ChatMessage(.user, "Hi")], parameters: fullParameters)
    for parameter in fullParameters.all where parameter.principal == nil {
      var request = probe
      request.parameters = RequestParameters([parameter.rawValue: fullParameters[parameter] ?? nil])
      if format.refusal(of: request, at: vendor.displayName) != nil { continue }
      let transport = FakeTransport(format.method == "messages" ? messagesAnswer : chatAnswer)
      let completion = try await httpModel(connection, transport: transport).complete(request)
      request.parameters = RequestParameters()
      let without = format.firstBody(of: request)
      let isSent = try transport.bodies[0] != .object(without)
      let isTold = completion.warnings.contains { $0.hasPrefix("\(parameter.rawValue) was not sent: x at ") }
      #expect(isSent != isTold, "\(parameter.rawValue)")
    }
  }

  @Test(arguments: Vendor.allCases)
  func `a vendor's batch API takes the requests of its plain calls, at half the price`(_ vendor: Vendor) throws {
    let connection = try connection(vendor, endpoint: vendor.defaultEndpoint == nil ? vendor.exampleEndpoint : nil)
    let batches = httpModel(connection, transport: FakeTransport(chatAnswer)).batches
    #expect((batches == nil) == (vendor.batches == nil))
    guard let batches else { return }
    let isFile = vendor.format(Vendor.WireOptions()).method == "chat/completions"
    switch vendor.batches {
    case .files(let limits): #expect(isFile && limits == batches.limits)
    case .messages(let limits): #expect(!isFile && limits == batches.limits)
    case nil: Issue.record("a batch API that is not in the vendor's value")
    }
    let line = try JSONValue(parsing: batches.line(for: request("some-model"), id: "a-1_Z").bytes)
    let body = vendor.format(Vendor.WireOptions()).firstBody(of: request("some-model"))
    #expect(line["custom_id"] == "a-1_Z" && line[isFile ? "body" : "params"] == .object(body))
    #expect(batches.limits.requests >= 10_000 && batches.limits.bytes >= 100_000_000)
    for model in vendor.prices.models {
      let usage = TokenUsage(promptTokens: 1_000, completionTokens: 1_000)
      var inBatch = usage
      inBatch.serviceTier = TokenUsage.batchTier
      let full = try #require(vendor.cost(of: usage, model: model))
      #expect(try abs(#require(vendor.cost(of: inBatch, model: model)) - full / 2) < 1e-12, "\(model)")
    }
  }
}
