extension JSONValue {
  /// Parses a whole text: one value with nothing but white space around it, or what ``JSONReader/Mode`` allows.
  package init(parsing bytes: [UInt8], _ mode: JSONReader.Mode = .strict) throws(JSONError) {
    try self.init(parsing: bytes.span, mode)
  }

  /// Parses a whole text: one value with nothing but white space around it, or what ``JSONReader/Mode`` allows.
  package init(parsing bytes: Span<UInt8>, _ mode: JSONReader.Mode = .strict) throws(JSONError) {
    var reader = JSONReader(mode)
    if mode == .lenient { reader.skipByteOrderMark(in: bytes) }
    self = try reader.value(in: bytes)
    if mode == .strict { try reader.end(in: bytes) }
  }

  /// Parses a whole text: one value with nothing but white space around it, or what ``JSONReader/Mode`` allows.
  package init(parsing text: String, _ mode: JSONReader.Mode = .strict) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), mode)
  }
}
