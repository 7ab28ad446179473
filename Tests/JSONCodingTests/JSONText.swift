import JSONCoding
import Testing

/// A text of a test table: bytes that are readable in failures.
struct JSONText: Sendable, CustomTestStringConvertible {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A string of these bytes between quotes.
  static func quoted(_ contents: [UInt8]) -> JSONText { JSONText([ASCII.quote] + contents + [ASCII.quote]) }

  var testDescription: String {
    let shown = bytes.prefix(60).map { byte in
      (0x20...0x7e).contains(byte) ? String(Character(Unicode.Scalar(byte))) : "<\(String(byte, radix: 16))>"
    }
    return shown.joined() + (bytes.count > 60 ? "... \(bytes.count) bytes" : "")
  }

  /// The result of building the value.
  func parsed() -> Result<JSONValue, JSONError> {
    Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
  }

  /// The result of walking over the value: the offset after the text, or the error.
  func skipped() -> Result<Int, JSONError> {
    Result { () throws(JSONError) in
      var reader = JSONReader()
      try reader.skipValue(in: bytes.span)
      try reader.end(in: bytes.span)
      return reader.position
    }
  }

  /// Building and walking must accept the same texts, and reject the others with the same error at the same byte.
  func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) {
    switch (parsed(), skipped()) {
    case (.success, .success(let end)):
      #expect(end == bytes.count, "\(testDescription)", sourceLocation: sourceLocation)
    case (.failure(let built), .failure(let walked)):
      #expect(built == walked, "\(testDescription)", sourceLocation: sourceLocation)
      #expect((0...bytes.count).contains(built.offset), "\(testDescription)", sourceLocation: sourceLocation)
    case (.success(let value), .failure(let error)):
      Issue.record("\(testDescription) is built as \(value), but not skipped: \(error)", sourceLocation: sourceLocation)
    case (.failure(let error), .success):
      Issue.record("\(testDescription) is skipped, but not built: \(error)", sourceLocation: sourceLocation)
    }
  }
}
