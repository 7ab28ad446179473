/// How many tokens a text has, by its UTF-8 length: by the texts whose tokens a provider has counted, else as the
/// providers' own guides reckon.
struct TokenGauge: Sendable, Equatable {
  /// Four bytes a token, as in English.
  private static let standard = 0.25
  /// Three bytes a token, as in Chinese or in code: before anything is measured, a bound must hold for them too.
  private static let standardBound = 1.0 / 3
  /// What a request has beside its texts, such as the names of the roles.
  static let framing = 8
  /// Shorter texts tell little: what frames them outweighs them.
  private static let fewestBytes = 2_000

  private var bytes = 0
  private var tokens = 0

  private var measured: Double? {
    bytes < Self.fewestBytes ? nil : min(max(Double(tokens) / Double(bytes), 0.05), 1)
  }

  /// Takes in a text whose tokens were counted.
  mutating func add(bytes: Int, tokens: Int) {
    self.bytes += bytes
    self.tokens += max(tokens, 0)
  }

  /// Tokens of a text.
  func tokens(ofBytes bytes: Int) -> Int { Int((Double(bytes) * (measured ?? Self.standard)).rounded(.up)) }

  /// The most tokens that a text probably has.
  func most(ofBytes bytes: Int) -> Int {
    Int((Double(bytes) * (measured.map { $0 * 1.1 } ?? Self.standardBound)).rounded(.up))
  }
}

/// How long the answers of a model are, in tokens.
struct AnswerLengths: Sendable, Equatable {
  /// What the second answer may have at least beyond the first.
  private static let leastRoom = 90

  /// Whether the limit was chosen for the run: it is kept then, however short the answers are so far.
  private let isLimitChosen: Bool
  private let usual: Int
  private let first: Int
  private let limit: Int
  private var sum = 0
  private var count = 0
  private var longest = 0

  /// - Parameters:
  ///   - usual: what is expected before there is an answer.
  ///   - first: what the first answers may have.
  ///   - limit: where the model is cut off.
  ///   - isLimitChosen: whether somebody has chosen it for this run.
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
  /// What the next answer may have: a limit that was chosen, else ``long``.
  var bound: Int { isLimitChosen ? limit : long }
  /// What a long answer has: more than the longest so far, and the more answers there are, the less more.
  var long: Int { min(count == 0 ? first : longest + max(longest, Self.leastRoom) / count, limit) }
  /// What an answer has that is as long as it can be.
  var most: Int { max(limit, longest) }
}
