/// A random mark that fences text as data; the author of the text cannot know it.
package struct Boundary: Sendable, Equatable {
  /// 32 hexadecimal digits: 128 random bits.
  package let mark: String

  package init(using random: inout some RandomNumberGenerator) {
    let digits = Array("0123456789abcdef")
    var mark = ""
    for _ in 0..<2 {
      let word: UInt64 = random.next()
      for shift in stride(from: 60, through: 0, by: -4) { mark.append(digits[Int(word >> UInt64(shift) & 15)]) }
    }
    self.mark = mark
  }

  /// A mark from the system's random numbers.
  package static func random() -> Boundary {
    var random = SystemRandomNumberGenerator()
    return Boundary(using: &random)
  }

  /// A mark that is always the same, to measure what a request costs.
  static let sample = Boundary(mark: String(repeating: "0f", count: 16))

  private init(mark: String) { self.mark = mark }

  /// The text between two lines that carry the mark and a label.
  package func fence(_ label: String, _ text: String) -> String {
    "[\(mark) \(label) begins]\n\(text)\n[\(mark) \(label) ends]"
  }
}
