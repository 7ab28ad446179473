extension Double {
  /// The number as JavaScript writes it (ECMA-262, `Number::toString`): with all digits from 0.000001 up to 10²¹, and
  /// with an exponent beyond.
  var javaScriptText: String {
    guard isFinite, self != 0 else { return isFinite ? "0" : isNaN ? "NaN" : self > 0 ? "Infinity" : "-Infinity" }
    // The shortest digits that stand for the number, which both languages take.
    let parts = "\(magnitude)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = mantissa.joined()
    // Where the decimal point is: before the digits at 0.
    var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let zeros = digits.prefix { $0 == "0" }.count
    digits = String(digits.dropFirst(zeros))
    point -= zeros
    while digits.last == "0" { digits.removeLast() }
    return (sign == .minus ? "-" : "") + Self.text(digits, point)
  }

  private static func text(_ digits: String, _ point: Int) -> String {
    let count = digits.count
    switch point {
    case count...21: return digits + String(repeating: "0", count: point - count)
    case 1...21: return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    case -5...0: return "0." + String(repeating: "0", count: -point) + digits
    default:
      let fraction = count == 1 ? "" : ".\(digits.dropFirst())"
      return "\(digits.prefix(1))\(fraction)e\(point > 0 ? "+" : "-")\((point - 1).magnitude)"
    }
  }
}
