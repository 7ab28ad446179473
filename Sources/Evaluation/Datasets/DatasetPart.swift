/// The purpose of a dataset's rows: train for suggestions, validation for choices, test for claims.
package enum DatasetPart: String, Sendable, Equatable, CaseIterable {
  case train, validation, test

  /// The share of the rows.
  var share: Double {
    switch self {
    case .train: 0.4
    case .validation, .test: 0.3
    }
  }
}
