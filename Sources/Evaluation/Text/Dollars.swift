/// US dollars as people read them: `$0.00025`, `$1.5`, `$120`.
package enum Dollars {
  /// The amount with six significant digits and no exponent, as for tables.
  package static func figure(_ amount: Double) -> String { plain(amount.rounded(toDigits: 6)) }

  /// The amount with three significant digits and no exponent.
  package static func text(_ amount: Double) -> String { plain(amount.rounded(toDigits: 3)) }

  /// Two amounts that a sentence compares, each as ``text(_:)`` or with as many more digits as tell them apart.
  package static func compared(_ amount: Double, with other: Double) -> (String, String) {
    for digits in 3...17 {
      let (first, second) = (amount.rounded(toDigits: digits), other.rounded(toDigits: digits))
      if first != second || amount == other { return (plain(first), plain(second)) }
    }
    return (text(amount), text(other))
  }

  /// The amount rounded up to two significant digits, so that the amount fits within it.
  package static func roundedUp(_ amount: Double) -> String {
    let nearest = amount.rounded(toDigits: 2)
    return plain(nearest >= amount ? nearest : nextStep(above: nearest))
  }

  private static func nextStep(above amount: Double) -> Double {
    var step = 1.0
    while amount / step >= 100 { step *= 10 }
    while amount / step < 10 { step /= 10 }
    return (amount + step).rounded(toDigits: 2)
  }

  private static func plain(_ amount: Double) -> String {
    guard amount.isFinite, amount != 0 else { return amount == 0 ? "$0" : "$\(amount)" }
    let text = "\(amount)"
    guard text.contains("e"), amount < 1 else { return "$" + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) }
    var (scaled, places) = (amount, 0)
    while scaled < 100_000, places < 30 {
      scaled *= 10
      places += 1
    }
    var digits = String(Int(scaled.rounded()))
    digits = String(repeating: "0", count: max(0, places - digits.count)) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "$0.\(digits)"
  }
}
