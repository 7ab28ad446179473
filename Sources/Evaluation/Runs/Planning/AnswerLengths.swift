/// What earlier answers of a model have in common with answers to come, closest first.
///
/// It decides what they tell of the lengths to come.
enum Kinship: CaseIterable, Sendable, Equatable {
  /// Nearly all of the very requests to come were answered.
  case sameRows
  /// Requests drawn from the same ones were answered.
  case sameRequests
  /// A judge read other answers by the same criteria.
  case sameCriteria
  /// A judge judged by other criteria.
  case otherCriteria
  /// The prompt had other rows.
  case otherRows
  /// The prompts were others, and another version may ask for answers of any length.
  case otherPrompts

  /// The factor by which answers to come may be longer or shorter on average; nil if their own spread decides.
  fileprivate var factor: Double? {
    switch self {
    case .sameRows, .sameRequests: nil
    case .sameCriteria: 2
    case .otherCriteria, .otherRows: 4
    case .otherPrompts: AnswerLengths.guessFactor
    }
  }

  /// Of what the earlier ones were, for people; nil for the same requests.
  var sentence: String? {
    switch self {
    case .sameRows, .sameRequests: nil
    case .sameCriteria: "of other answers"
    case .otherCriteria: "by other metrics"
    case .otherRows: "to other rows"
    case .otherPrompts: "of the same model to other prompts"
    }
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
  private(set) var count = 0
  private var longest = 0
  private var shortest = Int.max
  private var squares = 0.0
  /// What the answers so far have in common with those to come.
  var kinship = Kinship.sameRequests
  /// The share of the requests to come whose lengths no earlier run has shown, where one has shown the others; nil where
  /// none has.
  var unknownShare: Double?
  /// Whether all lengths of the requests to come are learned, so that those of other requests leave the mean as it is.
  var isComplete: Bool { unknownShare == 0 }

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
    // A limit that the user set for this run cuts off what was longer with another.
    let tokens = isLimitChosen ? min(tokens, limit) : tokens
    longest = max(longest, tokens)
    if isComplete { return }
    sum += tokens
    count += 1
    shortest = min(shortest, tokens)
    squares += Double(tokens) * Double(tokens)
  }

  /// The same with other lengths in the mean, which are all that is to come.
  func expecting(_ lengths: [Int]) -> AnswerLengths {
    var copy = self
    (copy.sum, copy.count, copy.squares, copy.shortest, copy.unknownShare) = (0, 0, 0, .max, nil)
    for length in lengths { copy.add(length) }
    copy.unknownShare = 0
    return copy
  }

  /// The mean so far; answers of runs with a higher limit are cut off at this one.
  var mean: Int { count == 0 ? usual : min((sum + count - 1) / count, limit) }
  /// The bound of the next answer: the limit if the user set it, otherwise ``long``.
  var bound: Int { isLimitChosen ? limit : long }
  /// The length of a long answer: above the longest so far, by less the more answers there are.
  var long: Int { min(count == 0 ? first : longest + max(longest, Self.leastRoom) / count, limit) }
  /// The maximum length of an answer.
  var most: Int { isLimitChosen ? limit : max(limit, longest) }

  /// The fewest answers from which the spread of the next is judged.
  static let fewestForSpread = 5
  /// The assumed length of a long answer, before there is an answer to the same prompt.
  private static let longGuess = 1_000.0
  /// The assumed length of the longest answers where nothing is known of the model's.
  private static let longestGuess = 4_000.0
  /// The factor by which a guess may be wrong.
  fileprivate static let guessFactor = 8.0

  /// The probable averages of a number of answers to come.
  ///
  /// From answers to the same requests it is the mean with twice its standard error; everything else is a guess, and wide.
  func averages(of coming: Int) -> ClosedRange<Double> {
    let mean = Double(self.mean)
    var bounds: (low: Double, high: Double)
    if count == 0 {
      // A model may answer in a word or in pages, whatever it is asked.
      bounds = (1, isLimitChosen ? Double(limit) : max(Self.guessFactor * mean, Self.longestGuess))
    } else if let factor = kinship.factor {
      bounds = (min(Double(shortest), mean / factor), max(Double(longest), factor * mean))
      if kinship == .otherPrompts { bounds.high = max(bounds.high, Self.longGuess) }
    } else if count < Self.fewestForSpread {
      bounds = (Double(shortest) / 2, 2 * Double(longest))
    } else {
      let average = Double(sum) / Double(count)
      let variance = max(squares / Double(count) - average * average, 0) * Double(count) / Double(count - 1)
      let error = (variance * (1 / Double(count) + 1 / Double(max(coming, 1)))).squareRoot()
      bounds = (mean - 2 * error - 0.05 * mean, mean + 2 * error + 0.05 * mean)
    }
    if let unknownShare, unknownShare > 0, count > 0 {
      // The rows that are missing are not drawn at random: they may have the longest answers, or the shortest.
      let longest = isLimitChosen ? Double(limit) : max(Self.guessFactor * mean, Double(longest), Self.longestGuess)
      bounds.low *= 1 - unknownShare
      bounds.high += unknownShare * max(longest - bounds.high, 0)
    }
    let high = max(min(bounds.high, Double(most)), mean)
    return min(max(bounds.low, 0), mean)...high
  }
}
