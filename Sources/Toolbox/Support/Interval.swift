import Evaluation
import JSONCoding

extension ClosedRange<Double> {
  /// The bounds as a list of two numbers with at most this many decimal places.
  func json(places: Int) -> JSONValue {
    [.double(lowerBound.rounded(toPlaces: places)), .double(upperBound.rounded(toPlaces: places))]
  }

  /// The bounds as a list of two numbers with at most this many significant digits.
  func json(digits: Int) -> JSONValue {
    [.double(lowerBound.rounded(toDigits: digits)), .double(upperBound.rounded(toDigits: digits))]
  }
}
