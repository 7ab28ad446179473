/// When a vendor ends a model.
package struct ModelShutdown: Sendable, Equatable {
  /// The vendor's name.
  package let vendor: String
  /// A date such as 2027-01-14.
  package let date: String
  /// What the vendor names in its place; nil where it names nothing.
  package let successor: String?

  /// What a person should know before using the model; without a tense, because it is read before and after the date.
  package func warning(for model: String) -> String {
    "\(vendor)'s shutdown date for \(model) is \(date)"
      + (successor.map { "; it names \($0) as the successor." }
        ?? ". Choose another model for results that can be repeated.")
  }
}
