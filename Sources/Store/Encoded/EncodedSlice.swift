import JSONCoding

/// A record that stays encoded where it was read: in a loaded file that many records share, or on its own.
package struct EncodedSlice: Sendable {
  private let text: [UInt8]
  private let range: Range<Int>

  /// - Precondition: the range lies inside the text.
  init(of text: [UInt8], _ range: Range<Int>) {
    self.text = text
    self.range = range
  }

  init(_ record: [UInt8]) {
    self.init(of: record, 0..<record.count)
  }

  var bytes: ArraySlice<UInt8> { text[range] }
}
