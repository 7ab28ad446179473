/// A regular expression that is searched in time linear in the length of the text.
///
/// It follows all paths through the expression at once (K. Thompson, "Regular Expression Search Algorithm", CACM 11
/// (1968)), so that no text and no pattern can make it hang. It therefore supports no look-around and no back
/// references.
struct LinearPattern: Sendable {
  enum Step: Sendable, Equatable {
    case scalar(ScalarSet)
    case assertion(Assertion)
    /// Continues at both places.
    case split(Int, Int)
    case jump(Int)
    case match
  }

  enum Assertion: Sendable, Equatable { case start, end, lineStart, lineEnd, boundary, noBoundary }

  enum Flag: Character, Sendable {
    /// Case does not count.
    case ignoreCase = "i"
    /// `^` and `$` also match at the ends of lines.
    case lines = "m"
    /// A dot also matches line breaks.
    case dotAll = "s"
  }

  /// The largest number of steps of a program, because nested repetitions multiply.
  static let mostSteps = 5_000
  /// The largest number of steps taken in one search.
  private static let mostWork = 50_000_000

  let source: String
  private let program: [Step]
  /// The most work that one character can be.
  private let weight: Int

  /// - Throws: ``EvaluationError`` for an invalid expression, or one that cannot be searched for in linear time.
  init(_ source: String, flags: Set<Flag> = []) throws(EvaluationError) {
    self.source = source
    var parser = PatternParser(source, flags: flags)
    program = try PatternCompiler.program(of: try parser.expression())
    weight = program.reduce(0) { sum, step in
      if case .scalar(let set) = step { sum + 1 + set.weight } else { sum + 1 }
    }
  }

  /// Whether the text contains a match; nil if the text is too long to search.
  func occurs(in text: String) -> Bool? {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count <= Self.mostWork / weight else { return nil }
    var search = Search(program: program, scalars: scalars)
    return search.run()
  }

  private struct Search {
    let program: [Step]
    let scalars: [Unicode.Scalar]
    /// The position at which each step was last reached.
    var reached: [Int]
    var hasMatched = false
    /// The steps that may consume the next character, and those that follow one that was consumed.
    private var (here, places): ([Int], [Int]) = ([], [])
    private var open: [Int] = []

    init(program: [Step], scalars: [Unicode.Scalar]) {
      self.program = program
      self.scalars = scalars
      reached = Array(repeating: -1, count: program.count)
    }

    mutating func run() -> Bool {
      for position in 0...scalars.count {
        // A match may begin anywhere.
        here.removeAll(keepingCapacity: true)
        for place in places { reach(place, at: position) }
        reach(0, at: position)
        if hasMatched { return true }
        guard position < scalars.count else { break }
        places.removeAll(keepingCapacity: true)
        for place in here {
          if case .scalar(let set) = program[place], set.contains(scalars[position]) { places.append(place + 1) }
        }
      }
      return false
    }

    /// Follows the steps that consume no character.
    private mutating func reach(_ start: Int, at position: Int) {
      open.append(start)
      while let place = open.popLast() {
        guard reached[place] != position else { continue }
        reached[place] = position
        switch program[place] {
        case .scalar: here.append(place)
        case .assertion(let assertion): if holds(assertion, at: position) { open.append(place + 1) }
        case .split(let first, let second):
          open.append(second)
          open.append(first)
        case .jump(let target): open.append(target)
        case .match: hasMatched = true
        }
      }
    }

    private func holds(_ assertion: Assertion, at position: Int) -> Bool {
      switch assertion {
      case .start: position == 0
      case .end: position == scalars.count
      case .lineStart: position == 0 || ScalarSet.lineEnd.contains(scalars[position - 1])
      case .lineEnd: position == scalars.count || ScalarSet.lineEnd.contains(scalars[position])
      case .boundary: isWord(position - 1) != isWord(position)
      case .noBoundary: isWord(position - 1) == isWord(position)
      }
    }

    private func isWord(_ index: Int) -> Bool {
      scalars.indices.contains(index) && ScalarSet.word.contains(scalars[index])
    }
  }
}

/// A set of characters: a character class of an expression.
struct ScalarSet: Sendable, Equatable {
  private var ranges: [ClosedRange<UInt32>] = []
  private var others: [ScalarSet] = []
  var isNegated = false
  var ignoresCase = false

  init(_ ranges: ClosedRange<Unicode.Scalar>...) {
    self.ranges = ranges.map { $0.lowerBound.value...$0.upperBound.value }
  }

  /// The number of ranges to compare a character with.
  var weight: Int { others.reduce(ranges.count) { $0 + $1.weight } * (ignoresCase ? 3 : 1) }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    (includes(scalar) || ignoresCase && Self.otherCases(of: scalar).contains(where: includes)) != isNegated
  }

  private func includes(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } || others.contains { $0.contains(scalar) }
  }

  /// The character in upper and in lower case, where that is one character.
  private static func otherCases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if scalar.isASCII {
      return scalar.properties.isAlphabetic ? [Unicode.Scalar(UInt8(scalar.value) ^ 0x20)] : []
    }
    return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap {
      $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil
    }
  }

  mutating func add(_ range: ClosedRange<Unicode.Scalar>) {
    ranges.append(range.lowerBound.value...range.upperBound.value)
  }

  mutating func add(_ set: ScalarSet) { others.append(set) }

  var negated: ScalarSet {
    var set = self
    set.isNegated.toggle()
    return set
  }

  static let digit = ScalarSet("0"..."9")
  static let word = ScalarSet("A"..."Z", "a"..."z", "0"..."9", "_"..."_")
  /// White space and line ends of ECMA-262.
  static let space = ScalarSet(
    "\u{9}"..."\u{D}", " "..." ", "\u{A0}"..."\u{A0}", "\u{1680}"..."\u{1680}", "\u{2000}"..."\u{200A}",
    "\u{2028}"..."\u{2029}", "\u{202F}"..."\u{202F}", "\u{205F}"..."\u{205F}", "\u{3000}"..."\u{3000}",
    "\u{FEFF}"..."\u{FEFF}")
  /// The characters that a dot matches.
  static let inLine = lineEnd.negated
  static let lineEnd = ScalarSet("\n"..."\n", "\r"..."\r", "\u{2028}"..."\u{2029}")
  static let all = ScalarSet().negated
}
