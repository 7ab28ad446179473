/// Numbers as reports write them.
enum Figure {
  /// Beyond this a double has no places any more.
  private static let largest = 1e15

  /// With so many places behind the point, rounded.
  static func fixed(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
    let scaled = (abs(value) * Double(scale)).rounded()
    guard scaled < largest else { return "\(value)" }
    let digits = Int(scaled)
    let sign = value < 0 && digits > 0 ? "-" : ""
    let fraction = String(digits % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(sign)\(digits / scale).\(zeros)\(fraction)"
  }

  /// US dollars with at least two places and at most six.
  static func dollars(_ amount: Double) -> String {
    var text = fixed(amount, places: 6)
    while text.hasSuffix("0"), text.suffix(3).first != "." { text.removeLast() }
    return "\(text) US dollars"
  }
}
