import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Regular expressions: compiled and searched within a budget, whatever the expression is, and with the matches that
  /// its meaning gives.
  ///
  /// The first line is the expression, and the rest is the text.
  static let regularExpressions = FuzzTarget(name: "regular-expressions") { bytes in
    let lines = bytes.split(separator: ASCII.lineFeed, maxSplits: 1, omittingEmptySubsequences: false)
    let source = String(decoding: lines.first ?? [], as: UTF8.self)
    let text = String(decoding: lines.count > 1 ? lines[1] : [], as: UTF8.self)
    let start = ContinuousClock.now
    var ways: [(node: PatternNode, occurs: Bool)] = []
    for flags: Set<LinearPattern.Flag> in [[], [.ignoreCase, .lines, .dotAll]] {
      guard let pattern = try accepted({ try LinearPattern(source, flags: flags) }) else { continue }
      let occurs = pattern.occurs(in: text)
      var parser = PatternParser(source, flags: flags)
      if let occurs { ways.append((try parser.expression(), occurs)) }
      let grouped = try accepted { try LinearPattern("(?:\(source))", flags: flags).occurs(in: text) }
      // The group may exceed the depth or the size that an expression may have.
      try require(grouped == nil || grouped == occurs, "a group around the expression changes its matches")
      let whole = try accepted { try LinearPattern("^(?:\(source))$").occurs(in: text) }
      if flags.isEmpty, whole == .some(true) {
        try require(occurs == true, "the whole text matches, and no part of it")
      }
      if flags.isEmpty, occurs == true, !source.contains("[^"), !source.contains("\\") {
        let caseless = try accepted { try LinearPattern(source, flags: [.ignoreCase]).occurs(in: text) }
        try require(caseless == .some(true), "ignoring case loses a match")
      }
    }
    let time = start.duration(to: .now)
    try require(time < .seconds(budget), "an expression of \(source.utf8.count) bytes takes \(time)")
    let scalars = Array(text.unicodeScalars)
    guard scalars.count <= longestText else { return }
    for way in ways {
      let ends = PatternMeaning(scalars: scalars).ends(of: way.node, from: Set(0...scalars.count))
      try require(way.occurs != ends.isEmpty, "the expression \(way.occurs ? "occurs" : "does not occur") in \(text)")
    }
  }

  /// In seconds, also in a debug build under a sanitizer.
  private static let budget = 8
  /// The longest text that is searched by the meaning, in characters.
  private static let longestText = 60
}

/// What an expression means, without steps: the places where a match ends that begins at one of some places.
private struct PatternMeaning {
  let scalars: [Unicode.Scalar]

  func ends(of node: PatternNode, from starts: Set<Int>) -> Set<Int> {
    if starts.isEmpty { return [] }
    switch node {
    case .scalar(let set):
      return Set(starts.filter { $0 < scalars.count && set.contains(scalars[$0]) }.map { $0 + 1 })
    case .assertion(let assertion): return starts.filter { holds(assertion, at: $0) }
    case .sequence(let nodes): return nodes.reduce(starts) { ends(of: $1, from: $0) }
    case .choice(let nodes): return nodes.reduce([]) { $0.union(ends(of: $1, from: starts)) }
    case .repetition(let node, let count, let isEndless):
      var places = starts
      for _ in 0..<count.lowerBound {
        let next = ends(of: node, from: places)
        if next == places { break }
        places = next
      }
      var (all, next, left) = (places, places, isEndless ? Int.max : count.upperBound - count.lowerBound)
      while left > 0, !next.isEmpty {
        next = ends(of: node, from: next).subtracting(all)
        all.formUnion(next)
        left -= 1
      }
      return all
    }
  }

  private func holds(_ assertion: LinearPattern.Assertion, at place: Int) -> Bool {
    let (before, behind) = (place > 0 ? scalars[place - 1] : nil, place < scalars.count ? scalars[place] : nil)
    return switch assertion {
    case .start: before == nil
    case .end: behind == nil
    case .lineStart: before.map(isLineEnd) ?? true
    case .lineEnd: behind.map(isLineEnd) ?? true
    case .boundary: isWord(before) != isWord(behind)
    case .noBoundary: isWord(before) == isWord(behind)
    }
  }

  private func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { ["\n", "\r", "\u{2028}", "\u{2029}"].contains(scalar) }

  private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) } ?? false
  }
}
