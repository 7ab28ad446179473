import JSONCoding

/// Reading the store's own text.
///
/// A value that was accepted with as many levels of nesting as any reader allows is stored in a record, in a list, in an
/// entry of the journal. These levels around it must not make the file unreadable, so they are not counted.
extension JSONReader {
  /// More than the levels of the document and of a record around any value that comes from outside.
  private static let levelsAround = 64

  /// A reader of the store's text.
  ///
  /// - Parameter depth: the number of arrays and objects of the document around the position.
  static func ofStore(position: Int = 0, depth: Int = 0) -> JSONReader {
    JSONReader(position: position, depth: depth - levelsAround)
  }
}

extension JSONValue {
  /// Parses a record of the store.
  init(ofStore bytes: Span<UInt8>) throws(JSONError) {
    var reader = JSONReader.ofStore()
    self = try reader.value(in: bytes)
    try reader.end(in: bytes)
  }
}
