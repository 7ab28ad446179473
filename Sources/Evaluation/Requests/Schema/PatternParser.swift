/// The syntax tree of an expression.
indirect enum PatternNode: Sendable {
  case scalar(ScalarSet)
  case assertion(LinearPattern.Assertion)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// A repetition; endless without an upper bound.
  case repetition(PatternNode, ClosedRange<Int>, isEndless: Bool)
}

/// Reads the regular expressions of JSON Schema: those of ECMA-262 with the flag u.
struct PatternParser {
  private let source: String
  private var rest: Substring.UnicodeScalarView
  private let flags: Set<LinearPattern.Flag>
  private var depth = 0

  init(_ source: String, flags: Set<LinearPattern.Flag> = []) {
    self.source = source
    self.flags = flags
    rest = Substring(source).unicodeScalars
  }

  mutating func expression() throws(EvaluationError) -> PatternNode {
    let node = try choice()
    guard rest.isEmpty else { throw fault("has a ) without (") }
    return node
  }

  private func fault(_ what: String) -> EvaluationError {
    EvaluationError("The pattern \"\(source.prefix(80))\" \(what).")
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest.removeFirst(text.unicodeScalars.count)
    return true
  }

  private mutating func choice() throws(EvaluationError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 50 else { throw fault("has more than 50 nested groups") }
    var branches = [try sequence()]
    while take("|" as Unicode.Scalar) { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(EvaluationError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let next = rest.first, next != "|", next != ")" {
      nodes.append(try quantified(try atom()))
    }
    return .sequence(nodes)
  }

  private mutating func atom() throws(EvaluationError) -> PatternNode {
    let scalar = rest.removeFirst()
    switch scalar {
    case "^": return .assertion(flags.contains(.lines) ? .lineStart : .start)
    case "$": return .assertion(flags.contains(.lines) ? .lineEnd : .end)
    case ".": return .scalar(flags.contains(.dotAll) ? .all : .inLine)
    case "(": return try group()
    case "[": return characters(try set())
    case "*", "+", "?": throw fault("repeats nothing: there is nothing before \(scalar)")
    case "\\":
      if take("b" as Unicode.Scalar) { return .assertion(.boundary) }
      if take("B" as Unicode.Scalar) { return .assertion(.noBoundary) }
      return characters(try escape().set)
    default: return characters(ScalarSet(scalar...scalar))
    }
  }

  private func characters(_ set: ScalarSet) -> PatternNode {
    var set = set
    set.ignoresCase = flags.contains(.ignoreCase)
    return .scalar(set)
  }

  private mutating func group() throws(EvaluationError) -> PatternNode {
    if take("?" as Unicode.Scalar), !take(":" as Unicode.Scalar) {
      guard rest.first == "<", !rest.starts(with: "<=".unicodeScalars), !rest.starts(with: "<!".unicodeScalars),
        let end = rest.firstIndex(of: ">")
      else { throw fault("looks around or sets flags, which is not supported") }
      rest = rest[rest.index(after: end)...]
    }
    let node = try choice()
    guard take(")" as Unicode.Scalar) else { throw fault("has a ( without )") }
    return node
  }

  // MARK: Repetition

  private static let mostRepeats = 1_000

  private mutating func quantified(_ node: PatternNode) throws(EvaluationError) -> PatternNode {
    var result = node
    switch rest.first {
    case "*": result = .repetition(node, 0...0, isEndless: true)
    case "+": result = .repetition(node, 1...1, isEndless: true)
    case "?": result = .repetition(node, 0...1, isEndless: false)
    case "{":
      guard let (count, isEndless) = try counts() else { return node }
      result = .repetition(node, count, isEndless: isEndless)
      _ = take("?" as Unicode.Scalar)
      return result
    default: return node
    }
    rest.removeFirst()
    // Greediness only affects which match is found, not whether there is one.
    _ = take("?" as Unicode.Scalar)
    return result
  }

  /// The counts of `{2}`, `{2,}` or `{2,5}`; nil for a literal brace.
  private mutating func counts() throws(EvaluationError) -> (ClosedRange<Int>, isEndless: Bool)? {
    guard let end = rest.firstIndex(of: "}") else { return nil }
    let text = String(rest[rest.index(after: rest.startIndex)..<end])
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), let least = Int(parts[0]), least >= 0 else { return nil }
    let isEndless = parts.count == 2 && parts[1].isEmpty
    guard let most = parts.count == 1 || isEndless ? least : Int(parts[1]) else { return nil }
    guard least <= most, most <= Self.mostRepeats else {
      throw fault("repeats {\(text)}; at most \(Self.mostRepeats) times is supported")
    }
    rest = rest[rest.index(after: end)...]
    return (least...most, isEndless)
  }

  // MARK: Characters

  private enum Escape {
    case scalar(Unicode.Scalar)
    case set(ScalarSet)

    var set: ScalarSet {
      switch self {
      case .scalar(let scalar): ScalarSet(scalar...scalar)
      case .set(let set): set
      }
    }
  }

  /// The meaning of the characters after a backslash.
  private mutating func escape() throws(EvaluationError) -> Escape {
    guard let scalar = rest.popFirst() else { throw fault("ends with a backslash") }
    switch scalar {
    case "d": return .set(.digit)
    case "D": return .set(ScalarSet.digit.negated)
    case "w": return .set(.word)
    case "W": return .set(ScalarSet.word.negated)
    case "s": return .set(.space)
    case "S": return .set(ScalarSet.space.negated)
    case "n": return .scalar("\n")
    case "r": return .scalar("\r")
    case "t": return .scalar("\t")
    case "f": return .scalar("\u{C}")
    case "v": return .scalar("\u{B}")
    case "0": return .scalar("\0")
    case "x": return .scalar(try hexadecimal(digits: 2))
    case "u":
      guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return .scalar(try hexadecimal(digits: 4)) }
      let digits = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      return .scalar(try self.scalar(digits))
    default:
      guard !ScalarSet.word.contains(scalar) else { throw fault("has \\\(scalar), which is not supported") }
      return .scalar(scalar)
    }
  }

  private mutating func hexadecimal(digits: Int) throws(EvaluationError) -> Unicode.Scalar {
    let text = String(rest.prefix(digits))
    rest = rest.dropFirst(digits)
    return try scalar(text)
  }

  private func scalar(_ digits: String) throws(EvaluationError) -> Unicode.Scalar {
    guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw fault("has \"\(digits)\" where the number of a character belongs")
    }
    return scalar
  }

  /// A character class, after its opening bracket.
  private mutating func set() throws(EvaluationError) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = take("^" as Unicode.Scalar)
    while let first = try member() {
      guard case .scalar(let lower) = first, rest.first == "-", rest.dropFirst().first != "]" else {
        set.add(first.set)
        continue
      }
      rest.removeFirst()
      guard case .scalar(let upper)? = try member(), lower <= upper else {
        throw fault("has an invalid range in brackets")
      }
      set.add(lower...upper)
    }
    return set
  }

  /// A character or class inside brackets; nil at the closing bracket.
  private mutating func member() throws(EvaluationError) -> Escape? {
    guard let scalar = rest.popFirst() else { throw fault("has a [ without ]") }
    switch scalar {
    case "]": return nil
    case "\\": return take("b" as Unicode.Scalar) ? .scalar("\u{8}") : try escape()
    default: return .scalar(scalar)
    }
  }
}
