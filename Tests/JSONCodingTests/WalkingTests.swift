import JSONCoding
import Testing

@Suite struct `Walking over a document` {
  @Test func `members and elements are visited one by one`() throws {
    let bytes = Array(#" { "a" : [ 1 , {"x":[]} ] , "b":"s" } "#.utf8)
    var reader = JSONReader()
    var visited: [String] = []
    var first = true
    while let key = try reader.nextKey(in: bytes.span, first: &first) {
      #expect(bytes[key.offset] == ASCII.quote)
      if key.key == "a" {
        var firstElement = true
        while try reader.nextElement(in: bytes.span, first: &firstElement) {
          visited.append("a: \(try reader.value(in: bytes.span).text)")
        }
      } else {
        visited.append("\(key.key): \(try reader.value(in: bytes.span).text)")
      }
    }
    try reader.end(in: bytes.span)
    #expect(visited == ["a: 1", #"a: {"x":[]}"#, #"b: "s""#])
  }

  @Test func `a reader starts anywhere`() throws {
    let bytes = Array("junk[1]junk".utf8)
    var reader = JSONReader(position: 4)
    #expect(try reader.value(in: bytes.span) == [1])
    #expect(reader.position == 7)
  }

  @Test func `an object is not walked as an array, nor an array as an object`() {
    #expect(throws: JSONError(.unexpectedByte(ASCII.openBrace), at: 0)) {
      var reader = JSONReader()
      var first = true
      let bytes = Array("{}".utf8)
      _ = try reader.nextElement(in: bytes.span, first: &first)
    }
    #expect(throws: JSONError(.unexpectedByte(ASCII.openBracket), at: 0)) {
      var reader = JSONReader()
      var first = true
      let bytes = Array("[]".utf8)
      _ = try reader.nextKey(in: bytes.span, first: &first)
    }
  }

  @Test func `members with known keys are visited one by one, whatever white space is between them`() throws {
    let bytes = Array(#" { "a" : 1 , "b":{"a":2} } "#.utf8)
    var reader = JSONReader()
    var first = true
    #expect(!reader.moveToMember("b", in: bytes.span, first: &first))
    #expect(first && reader.position == 0)
    #expect(reader.moveToMember("a", in: bytes.span, first: &first))
    #expect(try reader.value(in: bytes.span) == 1)
    #expect(!reader.moveToMember("a", in: bytes.span, first: &first))
    #expect(reader.moveToMember("b", in: bytes.span, first: &first))
    #expect(try reader.value(in: bytes.span) == ["a": 2])
    #expect(!reader.moveToMember("b", in: bytes.span, first: &first))
    #expect(try reader.nextKey(in: bytes.span, first: &first) == nil)
    try reader.end(in: bytes.span)
  }

  @Test(arguments: ["", "{", #"{""#, #"{"a"#, #"{"a""#, #"{"a" "#, #"{"ab":1}"#, #"{"b":1}"#, #"["a"]"#, "{}"])
  func `a reader does not move if no member has the key`(text: String) {
    let bytes = Array(text.utf8)
    var reader = JSONReader()
    var first = true
    #expect(!reader.moveToMember("a", in: bytes.span, first: &first))
    #expect(first && reader.position == 0)
  }
}
