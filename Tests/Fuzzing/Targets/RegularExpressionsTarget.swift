import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Regular expressions: compiled and searched within a budget, whatever the expression is.
  ///
  /// The first line is the expression, and the rest is the text.
  static let regularExpressions = FuzzTarget(name: "regular-expressions") { bytes in
    let lines = bytes.split(separator: ASCII.lineFeed, maxSplits: 1, omittingEmptySubsequences: false)
    let source = String(decoding: lines.first ?? [], as: UTF8.self)
    let text = String(decoding: lines.count > 1 ? lines[1] : [], as: UTF8.self)
    let start = ContinuousClock.now
    for flags: Set<LinearPattern.Flag> in [[], [.ignoreCase, .lines, .dotAll]] {
      guard let pattern = try accepted({ try LinearPattern(source, flags: flags) }) else { continue }
      let occurs = pattern.occurs(in: text)
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
  }

  /// In seconds, also in a debug build under a sanitizer.
  private static let budget = 8
}
