import JSONCoding
package import Store

/// What each score from 5 to 1 means for a metric.
package struct Rubric: Sendable, Equatable {
  package typealias Band = MetricRecord.Band

  /// Always five, 5 to 1.
  package let bands: [Band]

  /// The five bands with the default texts.
  package static let standard = Rubric(descriptions: [:])

  /// Completes the given bands with default texts.
  ///
  /// A blank description counts as not given.
  /// - Throws: ``EvaluationError``.
  package init(_ given: [Band]) throws(EvaluationError) {
    var descriptions: [Int: String] = [:]
    for band in given {
      guard (1...5).contains(band.stars) else {
        throw EvaluationError("A rubric band has \(band.stars) stars; stars are 1 to 5.")
      }
      guard descriptions.updateValue(band.description, forKey: band.stars) == nil else {
        throw EvaluationError("There are two rubric bands with \(band.stars) stars; each of 5 to 1 may occur once.")
      }
    }
    self.init(descriptions: descriptions)
  }

  /// Completes the bands of a record.
  ///
  /// Of two bands with the same stars the first counts; stars other than 1 to 5 are ignored.
  init(completing bands: [Band]) {
    self.init(descriptions: Dictionary(bands.map { ($0.stars, $0.description) }) { first, _ in first })
  }

  /// The bands by their stars; missing ones get the default texts.
  init(descriptions: [Int: String]) {
    bands = Self.defaults.map { band in
      let given = descriptions[band.stars]?.trimmed() ?? ""
      return given.isEmpty ? band : Band(stars: band.stars, description: given)
    }
  }

  private static let defaults = [
    Band(stars: 5, description: "Excellent: meets the criterion completely; nothing worth changing."),
    Band(stars: 4, description: "Good: meets the criterion; small flaws that do not matter much."),
    Band(stars: 3, description: "Fair: meets the criterion in part; flaws that a reader would notice."),
    Band(stars: 2, description: "Poor: misses most of the criterion; little of it is usable."),
    Band(stars: 1, description: "Unacceptable: does not meet the criterion at all."),
  ]
}
