/// The name of the scorer of a run's responses.
///
/// The store accepts any name, so that a program without that scorer can still read the run. `Scorer` in Evaluation
/// defines the names.
package struct Scoring: RawRepresentable, FieldValue, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// No score.
  package static let none = Scoring(rawValue: "None")
}
