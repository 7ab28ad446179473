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

  /// How far the number of tokens may lie below the expected one, as a factor.
  var least: Double { measured == nil ? 0.7 : 0.95 }

  /// The probable maximum number of tokens of a text.
  func most(ofBytes bytes: Int) -> Int {
    Int((Double(bytes) * (measured.map { $0 * 1.1 } ?? Self.standardBound)).rounded(.up))
  }
}
