#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A measure of how similar two texts are, from 0 to 1.
enum TextSimilarity: String, Sendable {
  /// 1 minus the share of characters to change.
  case levenshtein
  /// The F1 of the longest common sequence of words.
  case rougeL = "rouge_l"
  /// The F1 of the common words.
  case rouge1 = "rouge_1"
  /// The geometric mean of the precisions of sequences of one to four words, smoothed, with a penalty for short answers.
  case bleu

  enum Value: Sendable, Equatable {
    case known(Double)
    /// The texts are too long for the exact value.
    case atMost(Double)
  }

  /// The largest product of two lengths for which every pair of positions is compared.
  private static let mostWork = 25_000_000

  func value(_ answer: String, _ expected: String) -> Value {
    switch self {
    case .levenshtein:
      // The characters of ASCII texts are their bytes, which are much faster to compare.
      if CheckText.isASCII(answer), CheckText.isASCII(expected) {
        return Self.levenshtein(Array(answer.utf8), Array(expected.utf8)) { Self.edits($0, $1) }
      }
      return Self.levenshtein(Array(answer), Array(expected)) { first, second in
        // Integers are much faster to compare than characters.
        var numbers: [Character: Int] = [:]
        func number(_ character: Character) -> Int {
          if let number = numbers[character] { return number }
          numbers[character] = numbers.count
          return numbers.count - 1
        }
        return Self.edits(first.map(number), second.map(number))
      }
    case .rougeL:
      let (first, second) = Self.numbered(answer, expected)
      if first == second { return .known(1) }
      let words = Double(first.count + second.count)
      if first.count * second.count > Self.mostWork {
        return .atMost(2 * Double(min(first.count, second.count)) / words)
      }
      return .known(2 * Double(Self.commonLength(first, second)) / words)
    case .rouge1:
      let (first, second) = Self.numbered(answer, expected)
      if first.isEmpty, second.isEmpty { return .known(1) }
      return .known(2 * Double(Self.common(first, second, length: 1)) / Double(first.count + second.count))
    case .bleu:
      let (first, second) = Self.numbered(answer, expected)
      return .known(Self.bleu(first, second))
    }
  }

  /// The words of two texts as numbers, equal for equal words.
  private static func numbered(_ answer: String, _ expected: String) -> ([Int], [Int]) {
    var numbers: [Substring: Int] = [:]
    func number(_ word: Substring) -> Int {
      if let number = numbers[word] { return number }
      numbers[word] = numbers.count
      return numbers.count - 1
    }
    return (CheckText.words(answer).map(number), CheckText.words(expected).map(number))
  }

  private static func levenshtein<Unit: Equatable>(
    _ first: [Unit], _ second: [Unit], edits: ([Unit], [Unit]) -> Int
  ) -> Value {
    let longest = max(first.count, second.count)
    if longest == 0 || first == second { return .known(1) }
    if first.count * second.count > mostWork {
      return .atMost(Double(min(first.count, second.count)) / Double(longest))
    }
    return .known(1 - Double(edits(first, second)) / Double(longest))
  }

  /// The smallest number of insertions, deletions and replacements that make one sequence the other.
  private static func edits<Unit: Equatable>(_ first: [Unit], _ second: [Unit]) -> Int {
    var row = Array(0...second.count)
    for (index, one) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for position in second.indices {
        let above = row[position + 1]
        row[position + 1] = min(diagonal + (one == second[position] ? 0 : 1), above + 1, row[position] + 1)
        diagonal = above
      }
    }
    return row[second.count]
  }

  /// The length of the longest common subsequence.
  private static func commonLength(_ first: [Int], _ second: [Int]) -> Int {
    var row = Array(repeating: 0, count: second.count + 1)
    for one in first {
      var diagonal = 0
      for position in second.indices {
        let above = row[position + 1]
        row[position + 1] = one == second[position] ? diagonal + 1 : max(above, row[position])
        diagonal = above
      }
    }
    return row[second.count]
  }

  /// The number of sequences of words that both texts have, counted as often as both have them.
  private static func common(_ first: [Int], _ second: [Int], length: Int) -> Int {
    var counts: [ArraySlice<Int>: Int] = [:]
    for start in second.indices.dropLast(length - 1) { counts[second[start..<start + length], default: 0] += 1 }
    var common = 0
    for start in first.indices.dropLast(length - 1) {
      guard let left = counts[first[start..<start + length]], left > 0 else { continue }
      counts[first[start..<start + length]] = left - 1
      common += 1
    }
    return common
  }

  private static func bleu(_ answer: [Int], _ expected: [Int]) -> Double {
    if answer.isEmpty || expected.isEmpty { return answer.isEmpty && expected.isEmpty ? 1 : 0 }
    let longest = min(4, answer.count, expected.count)
    var product = 1.0
    for length in 1...longest {
      let (common, all) = (Self.common(answer, expected, length: length), answer.count - length + 1)
      // One is added beyond single words (Lin and Och 2004), because short texts rarely share four words in a row.
      let added = length == 1 ? 0 : 1
      product *= Double(common + added) / Double(all + added)
    }
    let penalty = exp(min(0, 1 - Double(expected.count) / Double(answer.count)))
    return min(1, pow(product, 1 / Double(longest)) * penalty)
  }
}
