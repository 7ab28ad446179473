package import JSONCoding

/// A setting of the requests that a prompt version or a run sends, described once.
///
/// The store reads, checks and writes it by this value; tools take their arguments and show their results by it. It is
/// sent to a model under its name, which is that of Chat Completions, unless a format of Providers spells it otherwise.
package struct RequestSetting: Sendable {
  /// What a value is, in the file and in arguments.
  package enum Shape: Sendable, Equatable {
    case text
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    /// One of a few words.
    case word([String])
    case texts
    case object
    case objects
  }

  /// What can have settings.
  package enum Holder: Sendable {
    case prompt, run
    /// A call of `chat_completions_create`.
    case chat
  }

  package let name: String
  package let shape: Shape
  /// A short sentence for the schemas of tools.
  package let summary: String
  package let holders: Set<Holder>
  /// Other names by which tools take it.
  package let aliases: [String]

  init(
    _ name: String, _ shape: Shape, _ summary: String, of holders: Set<Holder>, aliases: [String] = []
  ) {
    self.aliases = aliases
    self.name = name
    self.shape = shape
    self.summary = summary
    self.holders = holders
  }

  /// The value in the form in which it is kept: a number of ``Shape/number(_:)`` as a double.
  ///
  /// - Throws: ``RecordError`` for a value that the setting cannot have.
  package func checked(_ value: JSONValue) throws(RecordError) -> JSONValue {
    let expected = shape.expectation
    switch shape {
    case .text where value.stringValue != nil, .object where value.objectValue != nil: break
    case .texts where value.arrayValue.map { $0.allSatisfy { $0.stringValue != nil } } == true: break
    case .objects where value.arrayValue.map { $0.allSatisfy { $0.objectValue != nil } } == true: break
    case .word(let words):
      guard let word = value.stringValue, words.contains(word) else {
        throw .wrongType(field: name, expected: expected)
      }
    case .number(let range):
      guard let number = value.doubleValue else { throw .wrongType(field: name, expected: expected) }
      if !range.contains(number) { throw .outOfRange(field: name, expected: expected) }
      return .double(number)
    case .integer(let range):
      guard let number = value.intValue else { throw .wrongType(field: name, expected: expected) }
      if !range.contains(number) { throw .outOfRange(field: name, expected: expected) }
    case .text, .texts, .object, .objects: throw .wrongType(field: name, expected: expected)
    }
    return value
  }
}

extension RequestSetting.Shape {
  /// What a message to a person calls such a value.
  fileprivate var expectation: String {
    switch self {
    case .text: "a string"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .integer(let range) where range.upperBound == .max:
      range.lowerBound == .min ? "an integer" : "an integer from \(range.lowerBound) on"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): "one of \(words.joined(separator: ", "))"
    case .texts: "a list of strings"
    case .object: "an object"
    case .objects: "a list of objects"
    }
  }
}

/// Every setting, in the order of the file.
extension RequestSetting {
  package static let systemPrompt = RequestSetting(
    "system_prompt", .text, "System message; may have {{ variables }}.", of: [.prompt, .run])
  package static let messages = RequestSetting(
    "messages", .objects, "Turns before the template's message, such as examples.", of: [.prompt])
  static let temperature = RequestSetting(
    "temperature", .number(0...2), "Sampling temperature.", of: [.prompt, .run, .chat])
  static let topP = RequestSetting("top_p", .number(0...1), "Nucleus sampling.", of: [.prompt, .run, .chat])
  package static let maxTokens = RequestSetting(
    "max_tokens", .integer(1...Int.max), "Most tokens of an answer.", of: [.prompt, .run, .chat],
    aliases: ["max_completion_tokens"])
  static let seed = RequestSetting(
    "seed", .integer(Int.min...Int.max), "Sampling seed, where the provider takes one.", of: [.run, .chat])
  static let stop = RequestSetting("stop", .texts, "Texts that end the answer.", of: [.prompt, .chat])
  package static let reasoningEffort = RequestSetting(
    "reasoning_effort", .word(["none", "minimal", "low", "medium", "high", "xhigh", "max"]),
    "How much a reasoning model thinks.", of: [.prompt, .run, .chat])
  package static let responseSchema = RequestSetting(
    "response_schema", .object, "JSON Schema that every answer must satisfy.", of: [.prompt])
  package static let tools = RequestSetting("tools", .objects, "Tools in OpenAI's form.", of: [.prompt, .chat])

  package static let all = [
    systemPrompt, messages, temperature, topP, maxTokens, seed, stop, reasoningEffort, responseSchema, tools,
  ]

  /// The settings that a kind of thing can have.
  package static func all(of holder: Holder) -> [RequestSetting] { all.filter { $0.holders.contains(holder) } }
}
