import JSONCoding

/// How documents of older formats become documents of the present one, a step a format.
struct Migration: Sendable {
  /// Turns a whole document into one of the next format.
  typealias Step = @Sendable (JSONObject) throws -> JSONObject

  /// The steps by the format that they read.
  let steps: [Int: Step]

  /// The steps to ``DocumentLoader/version``: none, since that is the first format.
  static let present = Migration(steps: [:])

  /// The document in the present format.
  ///
  /// - Throws: ``StoreError/olderFormat(path:version:)`` where a step is missing, ``StoreError/damaged(path:line:reason:)``
  ///   where the text is no JSON or a step refuses it.
  func apply(to bytes: [UInt8], from version: Int, path: String) throws(StoreError) -> [UInt8] {
    do {
      guard var document = try JSONValue(parsing: bytes).objectValue else {
        throw LoadFailure(offset: 0, "the document is not an object")
      }
      for format in version..<DocumentLoader.version {
        guard let step = steps[format] else { throw StoreError.olderFormat(path: path, version: version) }
        document = try step(document)
        document[DocumentLoader.Member.version] = .int(format + 1)
      }
      return document.encoded
    } catch let error as StoreError {
      throw error
    } catch {
      let failure = LoadFailure(error, near: 0)
      let line = DocumentLoader.line(of: failure.offset, in: bytes)
      throw .damaged(path: path, line: line, reason: failure.reason)
    }
  }
}
