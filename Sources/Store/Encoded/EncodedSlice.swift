import JSONCoding

/// An encoded record, either as a slice of a loaded file shared by many records, or on its own.
package struct EncodedSlice: Sendable {
  private let text: [UInt8]
  private let range: Range<Int>

  /// - Precondition: the range is inside the text.
  init(of text: [UInt8], _ range: Range<Int>) {
    self.text = text
    self.range = range
  }

  init(_ record: [UInt8]) {
    self.init(of: record, 0..<record.count)
  }

  var bytes: ArraySlice<UInt8> { text[range] }
}
