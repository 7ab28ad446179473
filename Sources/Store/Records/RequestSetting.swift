package import JSONCoding

/// A setting of a prompt version, a run or a chat, described once.
///
/// The store uses it to read, check and write the setting, and tools use it for arguments and results. A setting is sent
/// to a model under its Chat Completions name, unless a wire format of Providers renames it. Settings of a run's
/// ``Holder/plan`` are not sent.
package struct RequestSetting: Sendable {
  /// The form of a value, in the file and in arguments.
  package enum Shape: Sendable, Equatable {
    case text
    /// A short text.
    case name
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    /// One of several words.
    case word([String])
    case texts
    case boolean
    /// A word, or an object with more detail.
    case wordOrObject
    /// One of a few words, or a count of at least 1; kept as text.
    case wordOrCount([String])
    case object
    case objects
  }

  /// The owners of settings.
  package enum Holder: Sendable {
    case prompt, run
    /// A call of `chat_completions_create`.
    case chat
    /// The plan of a run: its rows, its scoring and its limits.
    case plan
  }

  /// What follows from a setting.
  package enum Effect: Sendable {
    /// The answers, so that it is fixed once there are some.
    case answers
    /// The scores of the answers.
    case scores
    /// The judge's reviews.
    case reviews
    /// What is known of the judge, and nothing about answers and scores.
    case trust
    /// How fast a run proceeds, which is fixed as well.
    case pace
    /// How fast a run proceeds and what its calls cost, which is fixed as well.
    case price
    /// When a run stops.
    case limits
  }

  package let name: String
  package let shape: Shape
  /// A short sentence for the schemas of tools.
  package let summary: String
  package let holders: Set<Holder>
  /// Alternative names that tools accept.
  package let aliases: [String]
  package let effect: Effect
  /// The value shown where none is set.
  package let standard: JSONValue?

  init(
    _ name: String, _ shape: Shape, _ summary: String, of holders: Set<Holder>, aliases: [String] = [],
    effect: Effect = .answers, standard: JSONValue? = nil
  ) {
    self.aliases = aliases
    self.effect = effect
    self.standard = standard
    self.name = name
    self.shape = shape
    self.summary = summary
    self.holders = holders
  }

  /// The value in its stored form: a ``Shape/number(_:)`` as a double.
  ///
  /// - Throws: ``RecordError`` for a value that is not allowed.
  package func checked(_ value: JSONValue) throws(RecordError) -> JSONValue {
    let expected = shape.expectation
    switch shape {
    case .text where value.stringValue != nil, .name where value.stringValue != nil,
      .object where value.objectValue != nil:
      break
    case .boolean where value.boolValue != nil: break
    case .wordOrObject where value.stringValue != nil || value.objectValue != nil: break
    case .texts where value.arrayValue.map { $0.allSatisfy { $0.stringValue != nil } } == true: break
    case .objects where value.arrayValue.map { $0.allSatisfy { $0.objectValue != nil } } == true: break
    case .word(let words):
      guard let word = value.stringValue, words.contains(word) else {
        throw .wrongType(field: name, expected: expected)
      }
    case .wordOrCount(let words):
      guard let text = value.stringValue, words.contains(text) || (Int(text) ?? 0) > 0 else {
        throw .wrongType(field: name, expected: expected)
      }
    case .number(let range):
      guard let number = value.doubleValue else { throw .wrongType(field: name, expected: expected) }
      if !range.contains(number) { throw .outOfRange(field: name, expected: expected) }
      return .double(number)
    case .integer(let range):
      guard let number = value.intValue else { throw .wrongType(field: name, expected: expected) }
      if !range.contains(number) { throw .outOfRange(field: name, expected: expected) }
    case .text, .name, .texts, .boolean, .wordOrObject, .object, .objects:
      throw .wrongType(field: name, expected: expected)
    }
    return value
  }
}

extension RequestSetting.Shape {
  /// The name of an allowed value in messages.
  fileprivate var expectation: String {
    switch self {
    case .text, .name: "a string"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .integer(let range) where range.upperBound == .max:
      range.lowerBound == .min ? "an integer" : "an integer from \(range.lowerBound) on"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .texts: "a list of strings"
    case .boolean: "true or false"
    case .wordOrObject: "a string or an object"
    case .wordOrCount(let words): "one of \(words.joined(separator: ", ")), or a count of at least 1"
    case .object: "an object"
    case .objects: "a list of objects"
    }
  }
}

/// Every setting, in file order.
extension RequestSetting {
  package static let systemPrompt = RequestSetting(
    "system_prompt", .text, "System message; may have {{ variables }}.", of: [.prompt, .run])
  package static let messages = RequestSetting(
    "messages", .objects, "Turns before the template, such as examples; {placeholder: COLUMN} for those in a column.",
    of: [.prompt])
  static let temperature = RequestSetting(
    "temperature", .number(0...2), "Sampling temperature.", of: [.prompt, .run, .chat])
  static let topP = RequestSetting("top_p", .number(0...1), "Nucleus sampling.", of: [.prompt, .run, .chat])
  package static let maxTokens = RequestSetting(
    "max_tokens", .integer(1...Int.max), "Token limit of an answer.", of: [.prompt, .run, .chat],
    aliases: ["max_completion_tokens"])
  package static let seed = RequestSetting(
    "seed", .integer(Int.min...Int.max), "Sampling seed, where the provider takes one.", of: [.run, .chat])
  package static let stop = RequestSetting("stop", .texts, "Texts that end the answer.", of: [.prompt, .chat])
  package static let reasoningEffort = RequestSetting(
    "reasoning_effort", .word(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
    "Effort of a reasoning model.", of: [.prompt, .run, .chat])
  package static let responseSchema = RequestSetting(
    "response_schema", .object, "JSON Schema that every answer must satisfy.", of: [.prompt])
  package static let tools = RequestSetting("tools", .objects, "Tools in OpenAI's form.", of: [.prompt, .chat])

  package static let toolChoice = RequestSetting(
    "tool_choice", .wordOrObject, "auto, none, required, or a function in OpenAI's form.", of: [.chat])
  static let parallelToolCalls = RequestSetting("parallel_tool_calls", .boolean, "Several tools at once.", of: [.chat])
  package static let responseFormat = RequestSetting(
    "response_format", .object, "json_object or json_schema, in OpenAI's form.", of: [.chat])
  static let n = RequestSetting("n", .integer(1...16), "Number of choices, one call each.", of: [.chat])
  static let presencePenalty = RequestSetting(
    "presence_penalty", .number(-2...2), "Penalty for used tokens.", of: [.chat])
  static let frequencyPenalty = RequestSetting(
    "frequency_penalty", .number(-2...2), "Against repetition.", of: [.chat])
  package static let logitBias = RequestSetting("logit_bias", .object, "Bias by token id.", of: [.chat])
  static let logprobs = RequestSetting("logprobs", .boolean, "Log probabilities of tokens.", of: [.chat])
  static let topLogprobs = RequestSetting(
    "top_logprobs", .integer(0...20), "Number of likeliest tokens.", of: [.chat])
  static let user = RequestSetting("user", .name, "End user's id for the provider.", of: [.chat])

  package static let all = sent + plan
  private static let sent = [
    systemPrompt, messages, temperature, topP, maxTokens, seed, stop, reasoningEffort, responseSchema, tools,
    toolChoice,
    parallelToolCalls, responseFormat, n, presencePenalty, frequencyPenalty, logitBias, logprobs, topLogprobs, user,
  ]
  /// The settings that are sent and kept in the store.
  static let kept = sent.filter { $0.holders != [.chat] }

  /// The settings of an owner.
  package static func all(of holder: Holder) -> [RequestSetting] { all.filter { $0.holders.contains(holder) } }
}
