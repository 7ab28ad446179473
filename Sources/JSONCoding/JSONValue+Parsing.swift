extension JSONValue {
  /// Parses a whole text: one value with nothing but white space around it.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    try self.init(parsing: bytes.span)
  }

  /// Parses a whole text: one value with nothing but white space around it.
  package init(parsing bytes: Span<UInt8>) throws(JSONError) {
    var reader = JSONReader()
    self = try reader.value(in: bytes)
    try reader.end(in: bytes)
  }

  /// Parses a whole text: one value with nothing but white space around it.
  package init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}
