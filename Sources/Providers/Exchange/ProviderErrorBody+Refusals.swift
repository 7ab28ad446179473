import JSONCoding

/// What a provider's error says that it does not take of a request.
struct Refusal: Sendable, Equatable {
  var parameters: [RequestParameter] = []
  /// The most tokens that may be asked for.
  var tokenLimit: TokenLimit?
  /// Whether the server may take a request for JSON without its schema.
  var mayTakePlainJSON = false

  struct TokenLimit: Sendable, Equatable {
    var tokens: Int
    /// Whether it follows from the length of this call's prompt, so that other calls have another.
    var isOfCall: Bool
  }
}

extension ProviderErrorBody {
  /// Whether an error of this status may be about a parameter that was sent.
  ///
  /// Some servers fail with a 500 where their validator has refused a request.
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

  /// - Parameter asked: the limit on tokens that was sent.
  func refusal(of request: CompletionRequest, maxTokens asked: Int?) -> Refusal {
    if let limit = asked.flatMap(tokenLimit) { return Refusal(tokenLimit: limit) }
    let text = (message ?? "").lowercased()
    return Refusal(
      parameters: refusedParameters(of: request),
      mayTakePlainJSON: ["json_object", "json_schema", "type"].contains { text.contains($0) || code == $0 }
        || parameter?.hasSuffix(".type") == true)
  }

  /// The parameters among those sent that this error says the model does not take.
  ///
  /// Empty when the error is about something else, or about a parameter's value only: a temperature out of range is the
  /// user's to mend. The form of an answer is not the user's, so that any complaint about it counts.
  func refusedParameters(of request: CompletionRequest) -> [RequestParameter] {
    let text = (message ?? "").lowercased()
    let saysRefused = code == "unsupported_parameter" || code == "unsupported_value" || code == "unknown_parameter"
    let soundsRefused = Self.refusals.contains { text.contains($0) }
    let isAboutValue = Self.validations.contains { text.contains($0) }
    guard saysRefused || soundsRefused || isAboutValue else { return [] }
    // Which effort a model takes instead is for the user to choose.
    let isAboutEffort = code == "unsupported_value" || isAboutValue || text.contains("supported values")
    let named = request.parameters.all.filter { parameter in
      if parameter == .reasoningEffort, isAboutEffort { return false }
      guard saysRefused || soundsRefused || parameter == .responseFormat else { return false }
      if let given = self.parameter, !given.isEmpty {
        return parameter.names.contains { given == $0 || given.hasPrefix("\($0).") }
      }
      return parameter.names.contains { Self.contains(text, word: $0) }
    }
    // "temperature is not supported with reasoning": the effort is why, not what.
    if named.count > 1, named.contains(.reasoningEffort) { return named.filter { $0 != .reasoningEffort } }
    // "temperature and top_p cannot both be specified": one of them may stay.
    if named.contains(.temperature), named.contains(.topP), text.contains("both") { return [.topP] }
    return named
  }

  /// Whether the message names this field of a request.
  func mentions(_ field: String) -> Bool {
    parameter == field || Self.contains((message ?? "").lowercased(), word: field)
  }

  private static let refusals = [
    "unsupported", "not supported", "n't support", "not support", "not permitted", "not allowed", "deprecated",
    "unrecognized", "unrecognised", "unknown", "unexpected", "extra input", "extra field", "cannot both",
    "not available", "unavailable", "removed", "not implemented",
  ]

  /// A validator's words about a value.
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

  // MARK: A limit on tokens

  /// The limit that the error names, below the one that was asked for.
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

  /// The whole numbers that stand by themselves: those within a model's name are none.
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
      if let whole = Int(words[index - 1]), let part = Int(words[index + 1]) { return whole - part }
    }
    return nil
  }
}
