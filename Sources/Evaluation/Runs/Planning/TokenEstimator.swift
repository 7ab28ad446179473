/// Estimates the number of tokens of a text from its UTF-8 length.
///
/// The ratio comes from texts whose tokens a provider counted, or else from the providers' guides.
struct TokenEstimator: Sendable, Equatable {
  /// Four bytes a token, as in English.
  private static let standard = 0.25
  /// Three bytes a token, as in Chinese or in code: the bound before any measurement.
  private static let standardBound = 1.0 / 3
  /// The tokens of a request besides its texts, such as role names.
  static let framing = 8
  /// The length of the shortest useful text; the framing outweighs shorter ones.
  private static let fewestBytes = 2_000

  private var bytes = 0
  private var tokens = 0

  private var measured: Double? {
    bytes < Self.fewestBytes ? nil : min(max(Double(tokens) / Double(bytes), 0.05), 1)
  }

  /// Learns from a text with a counted number of tokens.
  mutating func add(bytes: Int, tokens: Int) {
    self.bytes += bytes
    self.tokens += max(tokens, 0)
  }

  /// The expected number of tokens of a text.
  func tokens(ofBytes bytes: Int) -> Int { Int((Double(bytes) * (measured ?? Self.standard)).rounded(.up)) }

  /// The probable maximum number of tokens of a text.
  func most(ofBytes bytes: Int) -> Int {
    Int((Double(bytes) * (measured.map { $0 * 1.1 } ?? Self.standardBound)).rounded(.up))
  }
}

/// The lengths of a model's answers, in tokens.
struct AnswerLengths: Sendable, Equatable {
  /// The smallest allowance of the second answer beyond the first.
  private static let leastRoom = 90

  /// Whether the user set the limit for this run; it is then the bound, however short the answers are.
  let isLimitChosen: Bool
  private let usual: Int
  private let first: Int
  private let limit: Int
  private var sum = 0
  private var count = 0
  private var longest = 0

  /// - Parameters:
  ///   - usual: the expected length before there is an answer.
  ///   - first: the bound of the first answers.
  ///   - limit: the model's token limit.
  ///   - isLimitChosen: whether the user set the limit for this run.
  init(usual: Int, first: Int, limit: Int, isLimitChosen: Bool = false) {
    self.isLimitChosen = isLimitChosen
    self.usual = min(usual, limit)
    self.first = min(first, limit)
    self.limit = limit
  }

  mutating func add(_ tokens: Int) {
    sum += tokens
    count += 1
    longest = max(longest, tokens)
  }

  var mean: Int { count == 0 ? usual : (sum + count - 1) / count }
  /// The bound of the next answer: the limit if the user set it, otherwise ``long``.
  var bound: Int { isLimitChosen ? limit : long }
  /// The length of a long answer: above the longest so far, by less the more answers there are.
  var long: Int { min(count == 0 ? first : longest + max(longest, Self.leastRoom) / count, limit) }
  /// The maximum length of an answer.
  var most: Int { max(limit, longest) }
}
