import JSONCoding

/// Why a document cannot be loaded, with the offset that is later turned into a line number.
struct LoadFailure: Error {
  let offset: Int
  let reason: String

  init(offset: Int, _ reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// Converts any error of loading at a position of the text.
  init(_ error: any Error, near offset: Int) {
    switch error {
    case let failure as LoadFailure: self = failure
    case let error as JSONError: self.init(offset: error.offset, "\(error.reason)")
    default: self.init(offset: offset, "\(error)")
    }
  }
}
