/// Estimates the number of tokens of a text from its ``TextSize``.
///
/// Tokenizers differ by model. The ratio comes from texts whose tokens a provider counted; until then it is that of
/// OpenAI's tokenizer.
struct TokenEstimator: Sendable, Equatable {
  /// How the number of tokens of texts is estimated.
  enum Bound { case least, likely, most }

  /// The number of tokens of a text by a bound.
  func tokens(ofBytes bytes: Int, _ bound: Bound) -> Int {
    switch bound {
    case .least: Int(Double(tokens(ofBytes: bytes)) * least)
    case .likely: tokens(ofBytes: bytes)
    case .most: most(ofBytes: bytes)
    }
  }

  private static let standard = 1 / Double(TextSize.token)
  /// The bound before any measurement: a third more, for tokenizers that divide texts more finely.
  private static let standardBound = standard * 4 / 3
  /// The tokens of a request besides its texts, such as role names.
  static let framing = 8
  /// The length of the shortest useful text; the framing outweighs shorter ones.
  private static let fewestBytes = 2_000

  private var bytes = 0
  private var tokens = 0

  private var measured: Double? {
    bytes < Self.fewestBytes ? nil : min(max(Double(tokens) / Double(bytes), 0.05), 1)
  }

  /// The expected number of tokens of a byte.
  var ratio: Double { measured ?? Self.standard }

  /// Learns from a text with a counted number of tokens.
  mutating func add(bytes: Int, tokens: Int) {
    self.bytes += bytes
    self.tokens += max(tokens, 0)
  }

  /// The expected number of tokens of a text.
  func tokens(ofBytes bytes: Int) -> Int { Int((Double(bytes) * ratio).rounded(.up)) }

  /// How far the number of tokens may lie below the expected one, as a factor.
  var least: Double { measured == nil ? 0.7 : 0.95 }

  /// A number of tokens that a text is very unlikely to exceed, whatever it says and in whatever language.
  func surely(ofBytes bytes: Int) -> Int {
    Int((Double(bytes) * (measured.map { $0 * 1.5 } ?? Self.standard * 2)).rounded(.up))
  }

  /// The probable maximum number of tokens of a text.
  func most(ofBytes bytes: Int) -> Int {
    Int((Double(bytes) * (measured.map { $0 * 1.1 } ?? Self.standardBound)).rounded(.up))
  }
}
