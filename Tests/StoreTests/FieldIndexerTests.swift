import JSONCoding
import Testing

@testable import Store

/// Reading the fields of an entry from an encoded record.
@Suite struct FieldIndexerTests {
  private let whole: ResponseRecord
  private let made = generation(experimentID: 3, promptID: 2, id: 7)

  init() {
    var response = response(runID: 3, row: 5, id: 7)
    for index in response.reviews.indices { response.reviews[index].id = index + 1 }
    response.finishReason = "length"
    response.repeatIndex = 2
    whole = response
  }

  private func indexed<Row: EncodedRecord>(_ text: [UInt8], as type: Row.Type) -> Row? {
    var reader = JSONReader()
    var row = Row()
    guard FieldIndexer.read(&row, in: text.span, &reader) else {
      #expect(reader.position == 0)
      return nil
    }
    #expect(reader.position == text.count)
    return row
  }

  /// The contents of an entry, one field a line, without the bytes.
  private func fields(_ entry: some TableEntry) -> [String] {
    Mirror(reflecting: entry).children.filter { $0.label != "slice" }.map { "\($0.label ?? "") = \($0.value)" }
  }

  private func compare<Row: EncodedRecord>(_ row: Row) throws {
    let slice = EncodedSlice(row.encoded)
    let expected = fields(Row.Entry(row, encodedAs: slice))
    #expect(expected.count >= 10)
    #expect(fields(Row.Entry(try #require(indexed(row.encoded, as: Row.self)), encodedAs: slice)) == expected)
  }

  @Test func `an entry is the same from a whole record and from its indexed fields`() throws {
    try compare(whole)
    try compare(made)
    try compare(ResponseRecord { ($0.id, $0.runID) = (1, 1) })
    try compare(GenerationRecord { ($0.id, $0.experimentID, $0.promptID) = (1, 1, 1) })
  }

  @Test func `the first answer to a row is written as before rows had several`() throws {
    var first = whole
    first.repeatIndex = 0
    #expect(try #require(JSONValue(parsing: first.encoded.span).objectValue)["repeat"] == nil)
    #expect(try #require(JSONValue(parsing: whole.encoded.span).objectValue)["repeat"] == 2)
    #expect(try #require(indexed(whole.encoded, as: ResponseRecord.self)).key == AnswerKey(rowIndex: 5, repeatIndex: 2))
    #expect(try #require(indexed(first.encoded, as: ResponseRecord.self)).key == AnswerKey(rowIndex: 5))
  }

  @Test func `texts not needed for lists and sums are not built`() throws {
    let row = try #require(indexed(whole.encoded, as: ResponseRecord.self))
    #expect(row.input.isEmpty && row.responseText == nil && row.reviews.allSatisfy { $0.metricName.isEmpty })
    #expect(try #require(indexed(made.encoded, as: GenerationRecord.self)).providerRequest == nil)
  }

  @Test func `the compared texts of a response are those of the whole record`() throws {
    var quoted = whole
    (quoted.expectedOutput, quoted.responseText) = ("\u{1F600} \"a\"\n", "response_text\\")
    let empty = ResponseRecord { ($0.id, $0.runID) = (1, 1) }
    for record in [whole, quoted, empty] {
      let texts = try ResponseEntry(record, encodedAs: EncodedSlice(record.encoded)).comparedTexts()
      #expect(texts.expected == record.expectedOutput && texts.answer == record.responseText)
    }
    // What stands behind the texts is not read.
    let end = try #require(whole.encoded.firstRange(of: Array("\"response_text\":\"A".utf8))).upperBound
    let damaged = ResponseEntry(whole, encodedAs: EncodedSlice(Array(whole.encoded[..<end])))
    #expect(throws: StoreError.self) { try damaged.comparedTexts() }
  }

  @Test func `a record in another layout is left to the general reader`() throws {
    let members = try #require(JSONValue(parsing: whole.encoded.span).objectValue).members
    let sorted = JSONObject(members.sorted { $0.key < $1.key }).encoded
    #expect(indexed(sorted, as: ResponseRecord.self) == nil)
    let withNull = JSONObject(members + [JSONObject.Member(key: "x", value: .null)]).encoded
    #expect(indexed(withNull, as: ResponseRecord.self) == nil)
  }

  @Test func `the order of a record's fields does not matter`() throws {
    func entry(of members: [JSONObject.Member]) throws -> [String] {
      let line = JSONValue.object(JSONObject(members)).text
      let prompt = String(decoding: prompt("p", id: 1).encoded, as: UTF8.self)
      let run = String(decoding: run("r", promptID: 1, id: 3).encoded, as: UTF8.self)
      let text = "{\"completion_kit\":3,\"prompts\":[\(prompt)],\"runs\":[\(run)],\"responses\":[\(line)]}"
      let tables = try DocumentLoader.load(Array(text.utf8), path: "s").tables
      #expect(tables.lastReviewID == 2)
      let entry = try #require(tables.responses.entry(7, of: 3))
      #expect(try entry.decoded() == whole)
      return fields(entry)
    }
    let members = try #require(JSONValue(parsing: whole.encoded.span).objectValue).members
    #expect(try entry(of: members) == entry(of: members.reversed()))
  }
}
