/// The name of the scorer that gives a run's responses their scores.
///
/// The store keeps any name, so that a program without that scorer can still read the run. What the names mean is
/// `Scorer`'s in Evaluation.
package struct Scoring: RawRepresentable, FieldValue, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// No score.
  package static let none = Scoring(rawValue: "None")
}
