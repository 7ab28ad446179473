/// Numbers formatted for people.
extension VerdictSentence {
  func percent(_ share: Double) -> String { Self.percent(share) }

  /// Two decimals at most: `98.33 %`.
  static func percent(_ share: Double) -> String { "\(trimmedZero("\((share * 10_000).rounded() / 100)")) %" }

  /// Whole percents; tenths of a percent for small shares.
  func wholePercent(_ share: Double) -> String {
    if share < 0.0005 { return "0.05 %" }
    return share >= 0.02
      ? "\(Int((share * 100).rounded())) %" : "\(Self.trimmedZero("\((share * 1000).rounded() / 10)")) %"
  }

  func significant(_ value: Double) -> String {
    value >= 10 ? "\(Int(value.rounded()))" : Self.trimmedZero("\((value * 100).rounded() / 100)")
  }

  func signed(_ value: Double) -> String {
    let text = rounded(value)
    return value > 0 && text != "0" ? "+\(text)" : text
  }

  /// A bound with as many decimals as tell it from the margin, three at least: `-0.012`, or `-0.0495` beside 0.05.
  func besidesMargin(_ bound: Double) -> String {
    let limit = -comparison.margin
    for places in 4...9 where signed(bound) == signed(limit) {
      let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
      let (figure, other) = ((bound * scale).rounded(), (limit * scale).rounded())
      if figure != other { return "\(figure > 0 ? "+" : "")\(Self.trimmedZero((figure / scale).plainText))" }
    }
    return signed(bound)
  }

  /// `seventh`, `21st`.
  func ordinal(_ number: Int) -> String {
    let words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
    if (1...words.count).contains(number) { return words[number - 1] }
    let isTeen = (11...13).contains(number % 100)
    let endings = [1: "st", 2: "nd", 3: "rd"]
    return "\(number)\((isTeen ? nil : endings[number % 10]) ?? "th")"
  }

  func rounded(_ value: Double) -> String { Self.rounded(value) }

  /// At most three decimals.
  static func rounded(_ value: Double) -> String {
    let thousandths = (value * 1000).rounded()
    return thousandths == 0 ? "0" : trimmedZero("\(thousandths / 1000)")
  }

  private static func trimmedZero(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}
