extension JSONValue {
  /// Parses a whole text: one value surrounded only by white space, or by anything that ``JSONReader/Mode`` allows.
  package init(parsing bytes: [UInt8], _ mode: JSONReader.Mode = .strict) throws(JSONError) {
    try self.init(parsing: bytes.span, mode)
  }

  /// Parses a whole text: one value surrounded only by white space, or by anything that ``JSONReader/Mode`` allows.
  ///
  /// - Parameter keepsNumerals: as ``JSONReader/keepsNumerals``.
  package init(
    parsing bytes: Span<UInt8>, _ mode: JSONReader.Mode = .strict, keepsNumerals: Bool = false
  ) throws(JSONError) {
    var reader = JSONReader(mode, keepsNumerals: keepsNumerals)
    if mode == .lenient { reader.skipByteOrderMark(in: bytes) }
    self = try reader.value(in: bytes)
    switch mode {
    case .strict: try reader.end(in: bytes)
    case .lenient: try Self.refuseAnotherValue(in: bytes, at: reader.position)
    }
  }

  /// Text after a value may be a mark such as `data: [DONE]`, but another object or list means that the value is a
  /// fragment.
  private static func refuseAnotherValue(in bytes: Span<UInt8>, at position: Int) throws(JSONError) {
    var index = position
    while index < bytes.count, bytes[index] <= ASCII.space { index += 1 }
    guard index < bytes.count, bytes[index] == ASCII.openBrace || bytes[index] == ASCII.openBracket else { return }
    throw JSONError(.trailingBytes, at: index)
  }

  /// Parses a whole text: one value surrounded only by white space, or by anything that ``JSONReader/Mode`` allows.
  package init(parsing text: String, _ mode: JSONReader.Mode = .strict) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), mode)
  }
}
