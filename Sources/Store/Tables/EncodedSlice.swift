import JSONCoding

/// A record that stays encoded where it was read: in a loaded file that many records share, or on its own.
struct EncodedSlice: Sendable {
  private let text: [UInt8]
  private let offset: UInt32
  private let length: UInt32

  /// - Precondition: the range lies inside the text, which is smaller than 4 GiB.
  init(of text: [UInt8], _ range: Range<Int>) {
    self.text = text
    offset = UInt32(range.lowerBound)
    length = UInt32(range.count)
  }

  init(_ record: [UInt8]) {
    self.init(of: record, 0..<record.count)
  }

  var bytes: ArraySlice<UInt8> { text[Int(offset)..<Int(offset) + Int(length)] }
}
