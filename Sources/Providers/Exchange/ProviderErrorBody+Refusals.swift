import JSONCoding

/// The parts of a request that a provider's error rejects.
struct Refusal: Sendable, Equatable {
  var parameters: [RequestParameter] = []
  /// The highest token limit that the model accepts.
  var tokenLimit: TokenLimit?
  /// Whether the server may accept a request for JSON without its schema.
  var mayTakePlainJSON = false

  struct TokenLimit: Sendable, Equatable {
    var tokens: Int
    /// Whether it depends on the length of this call's prompt, so that it differs for other calls.
    var isOfCall: Bool
  }
}

extension ProviderErrorBody {
  /// Whether an error with this status may be about a parameter of the request.
  ///
  /// Some servers respond with 500 when their validator rejects a request.
  func mayBeRefusal(_ status: Int?) -> Bool {
    switch status {
    case _ where isFailedGeneration: false
    case 400, 404, 422: true
    case 500: isValidation
    default: false
    }
  }

  private var isValidation: Bool {
    let text = (message ?? "").lowercased()
    return Self.validations.contains { text.contains($0) }
  }

  /// - Parameter asked: the token limit that was sent.
  func refusal(of request: CompletionRequest, maxTokens asked: Int?) -> Refusal {
    if let limit = asked.flatMap(tokenLimit) { return Refusal(tokenLimit: limit) }
    let text = (message ?? "").lowercased()
    return Refusal(
      parameters: refusedParameters(of: request),
      mayTakePlainJSON: ["json_object", "json_schema", "type"].contains { text.contains($0) || code == $0 }
        || parameter?.hasSuffix(".type") == true)
  }

  /// The sent parameters that, by this error, the model does not accept.
  ///
  /// Empty if the error is about something else or only about a parameter's value: a temperature out of range is for
  /// the user to correct. The form of the answer is not the user's choice, so any complaint about it counts.
  func refusedParameters(of request: CompletionRequest) -> [RequestParameter] {
    let text = (message ?? "").lowercased()
    let saysRefused = code == "unsupported_parameter" || code == "unsupported_value" || code == "unknown_parameter"
    let soundsRefused = Self.refusals.contains { text.contains($0) }
    let isAboutValue = Self.validations.contains { text.contains($0) }
    guard saysRefused || soundsRefused || isAboutValue else { return [] }
    // The user chooses another effort that the model accepts.
    let isAboutEffort = code == "unsupported_value" || isAboutValue || text.contains("supported values")
    // The usual tier has another price or speed than the one that was asked for.
    let isTierBinding = request.serviceTier.map { ![.auto, .standard, .flexOrDefault].contains($0) } ?? false
    let named = request.parameters.all.filter { parameter in
      if parameter == .serviceTier, isTierBinding { return false }
      if parameter == .reasoningEffort, isAboutEffort { return false }
      guard saysRefused || soundsRefused || parameter == .responseFormat else { return false }
      if let given = self.parameter, !given.isEmpty {
        return parameter.names.contains { given == $0 || given.hasPrefix("\($0).") }
      }
      return parameter.names.contains { Self.contains(text, word: $0) }
    }
    // "temperature is not supported with reasoning": the effort is the cause, not the rejected parameter.
    if named.count > 1, named.contains(.reasoningEffort) { return named.filter { $0 != .reasoningEffort } }
    // "temperature and top_p cannot both be specified": one of them can stay.
    if named.contains(.temperature), named.contains(.topP), text.contains("both") { return [.topP] }
    return named
  }

  /// Whether the message names this request field.
  func mentions(_ field: String) -> Bool {
    parameter == field || Self.contains((message ?? "").lowercased(), word: field)
  }

  private static let refusals = [
    "unsupported", "not supported", "n't support", "not support", "not permitted", "not allowed", "deprecated",
    "unrecognized", "unrecognised", "unknown", "unexpected", "extra input", "extra field", "cannot both",
    "not available", "unavailable", "removed", "not implemented",
  ]

  /// The wording of validators about a value.
  private static let validations = [
    "input should be", "literal_error", "validation error", "must be one of", "not one of", "should be one of",
    "expected one of", "not a valid", "invalid value", "invalid schema", "is invalid", "value_error", "extra_forbidden",
    "failed to compile", "failed to parse",
  ]

  private static func contains(_ text: String, word: String) -> Bool {
    var rest = text[...]
    while let range = rest.firstRange(of: word) {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
      if !isWordCharacter(before), !isWordCharacter(after) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  private static func isWordCharacter(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
  }

  // MARK: Token limit

  /// The token limit that the error names, if it is below the requested one.
  private func tokenLimit(below asked: Int) -> Refusal.TokenLimit? {
    let text = (message ?? "").lowercased()
    guard RequestParameter.maxTokens.names.contains(where: mentions), Self.excesses.contains(where: text.contains)
    else { return nil }
    // "(4096 > 2048 - 412)"
    if let rest = Self.difference(in: text), (1..<asked).contains(rest) {
      return Refusal.TokenLimit(tokens: rest, isOfCall: true)
    }
    let numbers = Self.numbers(in: text).filter { $0 > 0 && $0 != asked }
    if text.contains("context"), text.contains("input tokens") || text.contains("prompt"), let window = numbers.max(),
      let input = numbers.filter({ $0 != window }).max(), (1..<asked).contains(window - input)
    {
      return Refusal.TokenLimit(tokens: window - input, isOfCall: true)
    }
    return numbers.filter { $0 < asked }.max().map { Refusal.TokenLimit(tokens: $0, isOfCall: false) }
  }

  private static let excesses = [
    "too large", "too high", "too big", "less than", "at most", "exceed", "maximum", "greater than", "larger than",
    " > ",
    "up to", "limit",
  ]

  /// The separate whole numbers of the text, without those inside a model's name.
  private static func numbers(in text: String) -> [Int] {
    text.split { !($0.isLetter || $0.isNumber || "_-.,/:".contains($0)) }.compactMap { word in
      var word = word
      while let last = word.last, ".,:".contains(last) { word.removeLast() }
      return Int(word.filter { $0 != "," })
    }
  }

  private static func difference(in text: String) -> Int? {
    let words = text.split { $0.isWhitespace || "().,".contains($0) }
    for index in words.indices.dropFirst().dropLast() where words[index] == "-" {
      guard let whole = Int(words[index - 1]), let part = Int(words[index + 1]) else { continue }
      // A server's words may have any numbers.
      let (rest, isOutOfRange) = whole.subtractingReportingOverflow(part)
      return isOutOfRange ? nil : rest
    }
    return nil
  }
}
