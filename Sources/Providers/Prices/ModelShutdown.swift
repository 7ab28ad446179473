/// A vendor's announced end of a model.
package struct ModelShutdown: Sendable, Equatable {
  /// The vendor's name.
  package let vendor: String
  /// A date such as 2027-01-14.
  package let date: String
  /// The successor named by the vendor; nil if there is none.
  package let successor: String?

  /// The warning before using the model, without a tense because it is read both before and after the date.
  package func warning(for model: String) -> String {
    "\(vendor)'s shutdown date for \(model) is \(date)"
      + (successor.map { "; it names \($0) as the successor." }
        ?? ". Choose another model for results that can be repeated.")
  }
}
