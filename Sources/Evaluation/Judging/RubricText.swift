package import Store

/// A criterion of a judge as the text of a rubric elsewhere, and back.
package enum RubricText {
  private static let opening = "\n\nRate the output from 5 to 1:\n"
  private static let closing = "\nThe score is the rating minus 1, divided by 4. It passes with 4 or 5."
  private static let reference = "\n\nExpected output:\n"
  /// The share of the scale from which an answer passes.
  package static let threshold = 0.75

  /// - Parameters:
  ///   - bands: the descriptions of the stars, 5 to 1.
  ///   - expected: the expected output; nil without one.
  package static func of(_ instruction: String, bands: [MetricRecord.Band], expected: String?) -> String {
    let lines = bands.map { "\($0.stars): \($0.description)" }.joined(separator: "\n")
    return instruction + opening + lines + closing + (expected.map { reference + $0 } ?? "")
  }

  /// The parts of a text of ``of(_:bands:expected:)``; nil for another text.
  static func parts(of text: String) -> (instruction: String, bands: [MetricRecord.Band], expected: String?)? {
    guard let start = text.firstRangeOfScalars(of: opening),
      let end = text[start.upperBound...].firstRangeOfScalars(of: closing)
    else {
      return nil
    }
    var bands: [MetricRecord.Band] = []
    // By bytes, because a carriage return at the end of a description is one character with the line feed behind it.
    let lines = text[start.upperBound..<end.lowerBound].utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines.map({ String(Substring($0)) }) {
      if let match = line.wholeMatch(of: /(?s)([1-5]): (.*)/), let stars = Int(match.1), bands.last?.stars ?? 6 > stars
      {
        bands.append(.init(stars: stars, description: String(match.2)))
      } else if let last = bands.indices.last {
        bands[last].description += "\n" + line
      } else {
        return nil
      }
    }
    let rest = text[end.upperBound...]
    guard bands.map(\.stars) == [5, 4, 3, 2, 1], rest.isEmpty || rest.utf8.starts(with: reference.utf8) else {
      return nil
    }
    let expected = rest.isEmpty ? nil : String(Substring(rest.utf8.dropFirst(reference.utf8.count)))
    return (String(text[..<start.lowerBound]), bands, expected)
  }
}
