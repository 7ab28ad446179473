import JSONCoding
import Testing

@Suite struct `What is JSON and what is not` {
  @Test(arguments: AcceptedTexts.all + AcceptedTexts.ours)
  func `a valid text is read`(_ accepted: AcceptedText) {
    #expect(accepted.text.parsed() == .success(accepted.value))
    accepted.text.expectAgreement()
  }

  @Test(arguments: RefusedTexts.all)
  func `any other text is refused, with the reason and the byte`(_ refused: RefusedText) {
    #expect(refused.text.parsed() == .failure(refused.error))
    refused.text.expectAgreement()
  }

  @Test(arguments: AcceptedTexts.all + AcceptedTexts.ours)
  func `a value survives writing and reading`(_ accepted: AcceptedText) throws {
    #expect(try JSONValue(parsing: accepted.value.encoded) == accepted.value)
    #expect(try JSONValue(parsing: JSONPrettyWriter.text(accepted.value)) == accepted.value)
  }

  @Test(arguments: AcceptedTexts.all)
  func `white space around a text changes nothing, anything else does`(_ accepted: AcceptedText) {
    let spaced = JSONText([ASCII.tab, ASCII.lineFeed] + accepted.text.bytes + [ASCII.space, ASCII.carriageReturn])
    #expect(spaced.parsed() == .success(accepted.value))
    let trailed = JSONText(accepted.text.bytes + Array(" ]".utf8))
    #expect(trailed.parsed() == .failure(JSONError(.trailingBytes, at: trailed.bytes.count - 1)))
  }

  @Test(arguments: [
    (JSONError(.unexpectedEnd, at: 3), "the text ends too early at byte 3"),
    (JSONError(.unexpectedByte(UInt8(ascii: "]")), at: 5), "unexpected ']' at byte 5"),
    (JSONError(.unexpectedByte(0), at: 5), "unexpected byte 0x0 at byte 5"),
    (JSONError(.duplicateKey("b"), at: 9), "the key \"b\" occurs twice at byte 9"),
    (JSONError(.tooDeep(limit: 512), at: 512), "more than 512 levels of nesting at byte 512"),
    (JSONError(.invalidUTF8, at: 2), "invalid UTF-8 at byte 2"),
  ])
  func `an error reads as a sentence with its place`(_ error: JSONError, _ sentence: String) {
    #expect(error.description == sentence)
  }
}
