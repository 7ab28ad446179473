import JSONCoding

/// Why a document cannot be loaded and where, before the offset is turned into a line for the user.
struct LoadFailure: Error {
  let offset: Int
  let reason: String

  init(offset: Int, _ reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// What any error that loading throws means at a place of the text.
  init(_ error: any Error, near offset: Int) {
    switch error {
    case let failure as LoadFailure: self = failure
    case let error as JSONError: self.init(offset: error.offset, "\(error.reason)")
    default: self.init(offset: offset, "\(error)")
    }
  }
}
