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
  /// A bound below this says more about the few answers so far than about the next.
  private static let lowestBound = 100

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
  init(usual: Int, first: Int, limit: Int) {
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
  /// What the next answer may have: twice the longest so far, up to the limit.
  var bound: Int { min(count == 0 ? first : max(2 * longest, Self.lowestBound), limit) }
  /// What an answer may have had of which nothing is known.
  var most: Int { max(limit, longest) }
}
