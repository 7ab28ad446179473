/// The tokens of requests by the lengths of their texts, learned from those that a provider counted.
///
/// A server adds tokens to each request, so the tokens are a line: some for each byte, and some for the request. The line
/// goes through the mean of the counted ones, so the sum over as many requests like them is right.
struct RequestLengths: Sendable, Equatable {
  /// The fewest requests from which anything is learned.
  private static let fewest = 5
  /// The share of their mean by which lengths must differ to show what a byte adds.
  private static let leastSpread = 0.1

  private var count = 0
  private var (bytes, tokens) = (0.0, 0.0)
  private var (squares, products) = (0.0, 0.0)
  private var longest = 0

  mutating func add(bytes: Int, tokens: Int) {
    guard tokens > 0 else { return }
    let (length, number) = (Double(bytes), Double(tokens))
    count += 1
    self.bytes += length
    self.tokens += number
    squares += length * length
    products += length * number
    longest = max(longest, bytes)
  }

  /// Whether a request is no longer than those that were counted, so that the line is no guess there.
  func covers(_ bytes: Int) -> Bool { bytes <= longest }

  /// What each byte and each request adds; nil if too few were counted.
  ///
  /// - Parameter usual: the tokens of a byte, for requests of nearly the same length.
  func line(usual: Double) -> (byte: Double, request: Double)? {
    guard count >= Self.fewest, bytes > 0 else { return nil }
    let number = Double(count)
    let mean = (bytes: bytes / number, tokens: tokens / number)
    let variance = squares / number - mean.bytes * mean.bytes
    let spread = Self.leastSpread * mean.bytes
    let covariance = products / number - mean.bytes * mean.tokens
    let byte = variance > spread * spread ? min(max(covariance / variance, 0.05), 1) : usual
    let request = mean.tokens - byte * mean.bytes
    return request < 0 ? (mean.tokens / mean.bytes, 0) : (byte, request)
  }
}
