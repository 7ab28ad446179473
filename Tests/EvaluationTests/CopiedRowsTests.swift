import JSONCoding
import Store
import Testing

@testable import Evaluation

/// Words of rows in what a draft sends.
@Suite struct CopiedRowsTests {
  private static let animals = ["cat", "dog", "fox", "hen", "owl", "bat"]
  /// 60 rows, of which the first is for training, the second for testing.
  private static let csv =
    "text,expected_output,__split\n"
    + (0..<60).map { row in
      "Please sort this: a grey \(animals[row % 6]) number \(row) sleeps under my old chair,"
        + "\"It is animal \(row), asleep at home today.\",\(row == 0 ? "train" : row == 1 ? "test" : "")\n"
    }.joined()

  private func problem(
    _ template: String, system: String? = nil, messages: JSONValue? = nil, earlier: [String] = [], csv: String = csv
  ) throws -> String? {
    var settings = RequestSettings()
    if let system { try settings.set(.systemPrompt, .string(system)) }
    if let messages { try settings.set(.messages, messages) }
    let copied = try CopiedRows(
      RequestTexts(template, settings), earlier: earlier.map { RequestTexts($0, RequestSettings()) },
      table: CSVTable(csv))
    return copied.problem
  }

  @Test func `a passage of a row is named with its row`() throws {
    let input = try #require(try problem("Say cat if A GREY cat, number 0 sleeps! {{ text }}"))
    #expect(input.contains("\"a grey cat number 0 sleeps\" stands in row_index 0 (train)"))
    #expect(input.contains("messages") && !input.contains("__split"))
    let expected = try #require(try problem("{{ text }}", system: "Answer: it is animal 0, asleep at home"))
    #expect(expected.contains("\"it is animal 0 asleep at home\" stands in row_index 0 (train)"))
  }

  @Test func `four words, words around a variable, and what all rows share are no passage`() throws {
    #expect(try problem("A cat number 0 sleeps. {{ text }}") == nil)
    #expect(try problem("cat number 0 {{ text }} sleeps under") == nil)
    #expect(try problem("Please sort this: a grey {{ text }}") == nil)
    #expect(try problem("It sleeps under my old chair. {{ text }}") == nil)
  }

  /// 40 sums, which have no five words.
  private static let sums =
    "input,expected_output\n" + (0..<40).map { "\(100 + $0 * 7) + \($0 + 11),\(111 + $0 * 8)\n" }.joined()

  @Test func `a short input beside its expected output is copied`() throws {
    let one = try #require(try problem("Add. 107 + 12=119. {{ input }}", csv: Self.sums))
    #expect(one.contains("\"107 12 119\" stands in row_index 1"))
    let all = (0..<40).map { "\(100 + $0 * 7) + \($0 + 11)=\(111 + $0 * 8)" }.joined(separator: " ")
    #expect(try problem("Add. \(all) {{ input }}", csv: Self.sums)?.contains("and 37 more") == true)
    #expect(try problem("Add. 107 + 12=119. {{ input }}", earlier: ["107 + 12 is 119"], csv: Self.sums) == nil)
    // Neither the input alone nor another sum is a copy.
    #expect(try problem("Add, as in 107 + 12. {{ input }}", csv: Self.sums) == nil)
    #expect(try problem("Add. 1 + 2=3. {{ input }} 107 + {{ input }} 12 = 119", csv: Self.sums) == nil)
  }

  @Test func `a name beside its class may be chance, and common pairs are no copies`() throws {
    let csv =
      "input,expected_output\n"
      + (0..<40).map { $0 < 20 ? "good,positive\n" : "word\($0),\($0 % 2 == 0 ? "positive" : "negative")\n" }.joined()
    #expect(try problem("Answer positive or negative. good is positive. {{ input }}", csv: csv) == nil)
    #expect(try problem("word22 is positive. {{ input }}", csv: csv) == nil)
    #expect(try problem("word22 is positive, word23 is negative. {{ input }}", csv: csv)?.contains("word22") == true)
  }

  @Test func `what stands in an earlier version is not copied`() throws {
    let text = "Say cat if a grey cat number 0 sleeps. {{ text }}"
    #expect(try problem(text, earlier: [text]) == nil)
    #expect(try problem(text, earlier: ["Say cat if a grey cat number 1 sleeps."]) != nil)
  }

  @Test func `an example may be a train row and no row that decides`() throws {
    func turns(_ row: Int) -> JSONValue {
      [
        ["role": "user", "content": .string("a grey \(Self.animals[row]) number \(row) sleeps under my old chair")],
        ["role": "assistant", "content": "animal"],
      ]
    }
    #expect(try problem("{{ text }}", messages: turns(0)) == nil)
    let refused = try #require(try problem("{{ text }}", messages: turns(1)))
    #expect(refused.contains("row_index 1 (test) and in messages") && refused.contains("__split"))
  }

  @Test func `ten characters stand for five words where no spaces do`() throws {
    let csv = "text,__split\n" + (0..<40).map { "\(Self.numerals($0))番の白い猫は古い椅子の下で眠る,train\n" }.joined()
    #expect(try problem("答え: 一七番の白い猫は古い {{ text }}", csv: csv)?.contains("\"一七番の白い猫は古い\"") == true)
    #expect(try problem("答え: 一七番の白い猫 {{ text }}", csv: csv) == nil)
  }

  private static func numerals(_ number: Int) -> String {
    let digits = Array("零一二三四五六七八九")
    return String(String(number).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  /// By letters of one to four bytes.
  @Test(arguments: [
    ("one two three four five", 1), ("\u{e9}t\u{e9} \u{434}\u{43e}\u{43c} caf\u{e9} \u{10400}x na\u{ef}ve six", 2),
    ("a b c d \u{1} e f", 0), ("a b c d \u{ff0c} e", 1), (String(repeating: "\u{20001}", count: 11), 2),
    (String(repeating: "\u{3042}", count: 10), 1), (String(repeating: "\u{e01}", count: 9) + "\u{2026}\u{e01}", 1),
    ("a b c d \u{e01} e f g h i", 1), ("", 0),
  ])
  func `sequences are counted in every script`(text: String, count: Int) {
    let hashes = WordSequences.hashes(in: text)
    #expect(hashes.count == count)
    #expect(WordSequences.hashes(in: text.uppercased() + "!") == hashes)
    let words = WordSequences([text])
    #expect(words.places.values.reduce(0) { $0 + $1.count } == count)
    if count > 0 { #expect(words.passages(of: hashes).map(\.text).joined().count >= 9) }
  }
}
