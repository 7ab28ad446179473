import Testing

@testable import Evaluation

@Suite struct FileTextTests {
  private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
    ("\u{feff}" + text).utf16.flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
      return isBigEndian ? bytes : bytes.reversed()
    }
  }

  private static func refusal(_ bytes: [UInt8]) -> String? {
    do throws(EvaluationError) {
      _ = try FileText(bytes)
      return nil
    } catch { return error.description }
  }

  private static let text = "name,note\nZo\u{eb},\u{1f600} \u{20ac}\n"

  @Test func `UTF-8 is kept, with and without a byte-order mark`() throws {
    for text in [Self.text, "\u{feff}" + Self.text] {
      let read = try FileText(Array(text.utf8))
      #expect(read.bytes == Array(text.utf8) && read.note == nil)
    }
  }

  @Test(arguments: [true, false]) func `UTF-16 is recognized by its byte-order mark`(isBigEndian: Bool) throws {
    let read = try FileText(Self.utf16(Self.text, isBigEndian: isBigEndian))
    #expect(read.bytes == Array(Self.text.utf8))
    #expect(read.note?.contains(isBigEndian ? "UTF-16, big-endian" : "UTF-16, little-endian") == true)
  }

  @Test func `what is not UTF-8 is Windows-1252, and the answer says so`() throws {
    let read = try FileText(Array("price\n".utf8) + [0x80, 0x31, 0x20, 0xe9, 0x93, 0xff, 0x0a])
    #expect(read.bytes == Array("price\n\u{20ac}1 \u{e9}\u{201c}\u{ff}\n".utf8))
    #expect(read.note?.contains("Windows-1252") == true)
  }

  @Test func `every byte of Windows-1252 has its letter`() throws {
    let bytes = (UInt8(0x20)...0xff).filter { ![0x81, 0x8d, 0x8f, 0x90, 0x9d].contains($0) }
    let letters = String(decoding: try FileText(bytes).bytes, as: UTF8.self).unicodeScalars
    #expect(letters.count == bytes.count && Set(letters).count == bytes.count)
    #expect(letters.suffix(96).map(\.value) == Array(0xa0...0xff))
  }

  @Test func `one wrong byte does not turn the letters of a UTF-8 file into others`() {
    let bytes = Array("a\n\u{e9}\u{fc}\n".utf8) + [0xff, 0x0a]
    #expect(Self.refusal(bytes)?.hasPrefix("Line 3 ") == true)
  }

  @Test(
    arguments: [
      ([0x50, 0x4b, 0x03, 0x04, 0x14, 0x00], "spreadsheet"), (Array("PAR1abc".utf8), "Parquet"),
      (Array("%PDF-1.7".utf8), "PDF"), (Array("a,b\n1,\0\n".utf8), "zero bytes"), ([0x61, 0x0a, 0x81], "Line 2 "),
      ([0xff, 0xfe, 0x61], "UTF-16"), ([0xff, 0xfe, 0x00, 0xd8], "UTF-16"), ([0xff, 0xfe, 0x00, 0x00], "zero bytes"),
    ] as [([UInt8], String)])
  func `what is no text is refused with what it is`(bytes: [UInt8], words: String) {
    #expect(Self.refusal(bytes)?.contains(words) == true)
  }
}
