import JSONCoding
import Testing

@testable import Evaluation

@Suite struct CheckTests {
  private func score(
    _ check: JSONObject, _ answer: String, expected: String? = nil, values: JSONObject = [:]
  ) throws -> Double {
    try Check(check).score(Check.Subject(answer: answer, expected: expected, values: values)).score
  }

  @Test(arguments: [
    (#"{}"#, "check.kind is missing"), (#"{"kind": "contain"}"#, "Did you mean \"contains\"?"),
    (#"{"kind": 3}"#, "check.kind is \"3\""), (#"{"kind": "regex"}"#, "check.pattern is missing"),
    (#"{"kind": "regex", "pattern": "(a"}"#, "check.pattern: "),
    (#"{"kind": "regex", "pattern": "(?=a)"}"#, "check.pattern: "),
    (#"{"kind": "regex", "pattern": "a", "flags": "x"}"#, "check.flags has \"x\""),
    (#"{"kind": "json_path", "path": "a..b"}"#, "check.path is"),
    (#"{"kind": "json_path", "path": "a[x]"}"#, "check.path is"),
    (#"{"kind": "json_path", "path": "a", "check": {"kind": "regex", "pattern": "["}}"#, "check.check.pattern: "),
    (#"{"kind": "length", "min": -1}"#, "check.min is -1"),
    (#"{"kind": "length"}"#, "check.min and check.max are missing"),
    (#"{"kind": "length", "min": 1.5}"#, "check.min is 1.5"),
    (#"{"kind": "length", "min": 3, "max": 2}"#, "check.min is above"),
    (#"{"kind": "contains", "value": " "}"#, "check.value is empty"),
    (#"{"kind": "contains", "value": "a", "column": "b"}"#, "check.value and check.column"),
    (#"{"kind": "contains_all", "values": []}"#, "check.values is []"),
    (#"{"kind": "contains_all", "values": ["a", ""]}"#, "check.values[1] is empty"),
    (#"{"kind": "json", "schema": {"type": "thing"}}"#, "check.schema"), (#"{"kind": "cost"}"#, "check.max is missing"),
    (#"{"kind": "overlap", "min": 2}"#, "check.min is 2"),
    (#"{"kind": "overlap", "min": 0.5, "score": "fraction"}"#, "no effect"),
    (#"{"kind": "number", "min": 1, "expected": 2}"#, "a range and an expected number"),
    (#"{"kind": "similarity", "measure": "cosine"}"#, "one of levenshtein, rouge_l, rouge_1, bleu"),
    (#"{"kind": "equals", "trim": "maybe"}"#, "true or false"),
  ])
  func `an invalid check is refused with the path of the value at fault`(text: String, part: String) throws {
    let object = try #require(try JSONValue(parsing: text).objectValue)
    let error = #expect(throws: EvaluationError.self) { try Check(object) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func `a value may come from the row`() throws {
    let values: JSONObject = ["city": "Oslo", "low": "3"]
    #expect(try score(["kind": "contains", "value": "in {{ city }}"], "It is in Oslo", values: values) == 1)
    #expect(try score(["kind": "contains", "column": "city"], "Oslo!", values: values) == 1)
    #expect(try score(["kind": "number", "min": "{{ low }}"], "2", values: values) == 0)
    #expect(try score(["kind": "number", "min": "{{ low }}"], "4", values: values) == 1)
    #expect(try score(["kind": "regex", "pattern": "^{{city}}$"], "Oslo", values: values) == 1)
    #expect(try score(["kind": "equals", "value": "{{ expected_output }}"], "x", expected: "x") == 1)
    #expect(try score(["kind": "equals", "value": #"\{{ city }}"#], "{{ city }}", values: values) == 1)
    #expect(try score(["kind": "contains", "value": "a", "target": "city"], "a", values: values) == 0)
    #expect(throws: EvaluationError.self) {
      try score(["kind": "contains", "value": "{{ town }}"], "a", values: values)
    }
    #expect(throws: EvaluationError.self) { try score(["kind": "contains", "column": "town"], "a", values: values) }
    #expect(throws: EvaluationError.self) { try score(["kind": "equals"], "a") }
  }

  @Test(arguments: [
    ("1,234.5", 1234.5), ("$1_000", 1000), ("-3", -3), ("€ -2.5", -2.5), ("- $4", -4), ("1e3", 1000), (".5", 0.5),
    ("1 234.5", 1234.5), ("1\u{00A0}234\u{00A0}567", 1_234_567), ("-1\u{202F}234", -1234), ("12\u{2009}345", 12_345),
    ("$ 1 000", 1000), (" 42\n", 42),
  ])
  func `a number is read as people write it`(text: String, number: Double) {
    #expect(NumberText.number(text) == number)
  }

  @Test(arguments: [
    "", "1,5", "1,23,456", "1.234,5", "nan", "inf", "0x10", "12 apples", "$", "--1", "1,234,", "1e999", "4\n2", "4 2",
    "1\n234", "1\t234", "1  234", "1 2345", "1 234,5", "1,234 567", "1.5 2", "-\n4", "1 e3",
  ])
  func `a text that may mean another number is none`(text: String) {
    #expect(NumberText.number(text) == nil)
  }

  @Test(
    arguments: [
      ("3 + 4 = **7**.", 7), ("x=-1.5", -1.5), ("It costs $1,234.50 (net).", 1234.5), ("about 42%", 42),
      ("7 of 10 in v2, 3/4 or 5-7", 10), ("no number", nil), ("**Answer:** \"12\"", 12), (".", nil),
      ("The total is 12 300.", 12_300), ("Sum: $1\u{202F}234\u{202F}567.50!", 1_234_567.5), ("(-1 234)", -1234),
      ("1, 234", 234), ("4\n100", 100), ("2. 300", 300), ("In 2024 300 came", 300), ("12 3", 3), ("- 250\n- 300", 300),
      ("Answer - 300", 300), ("100 - 300", 300), ("-1 300", -1300),
    ] as [(String, Double?)])
  func `the last number of a sentence is its result`(text: String, number: Double?) {
    #expect(NumberText.last(in: text) == number)
  }

  @Test func `a tolerance holds in decimals`() throws {
    #expect(try score(["kind": "number", "expected": 1.2, "tolerance": 0.1], "1.3") == 1)
    #expect(try score(["kind": "number", "expected": 1.2, "tolerance": 0.1], "1.31") == 0)
    #expect(try score(["kind": "number", "expected": 200, "tolerance": 0.1, "tolerance_mode": "relative"], "220") == 1)
    #expect(try score(["kind": "number"], "7.0", expected: "7") == 1)
    #expect(try score(["kind": "number"], "It is 7.", expected: "7") == 0)
    #expect(try score(["kind": "number", "extract": true], "Of 9, it is 7.", expected: "7") == 1)
    #expect(try score(["kind": "number", "extract": true], "seven", expected: "7") == 0)
    #expect(throws: EvaluationError.self) { try score(["kind": "number"], "7", expected: "seven") }
  }

  @Test func `texts compare without line ends, and with case unless told otherwise`() throws {
    #expect(try score(["kind": "equals", "value": "a\nb"], "a\r\nb") == 1)
    #expect(try score(["kind": "equals", "value": ["x", "Y"], "case_sensitive": false], "y") == 1)
    #expect(try score(["kind": "equals", "value": "a", "trim": false], "a ") == 0)
    #expect(try score(["kind": "contains", "value": "CAFÉ", "case_sensitive": false], "un cafe\u{301}") == 1)
    #expect(try score(["kind": "equals", "value": 42], "42") == 1)
    #expect(try score(["kind": "contains_all"], "a c b", expected: "a; b") == 1)
  }

  @Test func `JSON is taken out of text on demand`() throws {
    let text = "Here {it} is:\n```json\n{\"a\": {\"b.c\": [1, \"}\"]}}\n```"
    #expect(try score(["kind": "json"], text) == 0)
    #expect(try score(["kind": "json", "extract": true], text) == 1)
    let path: JSONObject = [
      "kind": "json_path", "path": #"$.a["b.c"][1]"#, "extract": true, "check": ["kind": "equals", "value": "}"],
    ]
    #expect(try score(path, text) == 1)
    let fence = try Check(["kind": "json"]).score(Check.Subject(answer: "```\n[1]\n```"))
    #expect(fence.score == 0 && fence.reason.contains("code fence"))
    let number: JSONObject = ["kind": "json_path", "path": "n", "check": ["kind": "number", "max": 3]]
    #expect(try score(number, #"{"n": 2}"#) == 1)
  }

  @Test(arguments: [
    (#"{"v": ["a", "b"]}"#, #"["a","b"]"#, 1.0), (#"{"v": 12.5}"#, "12.50", 1), (#"{"v": 1e2}"#, "100", 1),
    (#"{"v": {"x": 1, "y": [2]}}"#, #"{ "y": [2.0], "x": 1 }"#, 1), (#"{"v": ["a", "b"]}"#, #"["b","a"]"#, 0),
    // A string of JSON is a text, whose notation counts.
    (#"{"v": "12.5"}"#, "12.50", 0),
  ])
  func `a value of JSON equals what means the same`(answer: String, wanted: String, passes: Double) throws {
    let check: JSONObject = ["kind": "json_path", "path": "v", "check": ["kind": "equals", "value": .string(wanted)]]
    #expect(try score(check, answer) == passes)
  }

  @Test func `a value of JSON is compared with the same part of an expected output that is JSON`() throws {
    let check: JSONObject = ["kind": "json_path", "path": "a.0", "check": ["kind": "equals"]]
    #expect(try score(check, #"{"a": ["x"]}"#, expected: #"{"a": ["x"], "b": 1}"#) == 1)
    #expect(try score(check, #"{"a": ["x"]}"#, expected: #"{"a": ["y"]}"#) == 0)
    #expect(try score(check, #"{"a": ["x"]}"#, expected: "x") == 1)
    #expect(try score(check, #"{"a": ["x"]}"#, expected: #"{"b": "x"}"#) == 0)
  }

  @Test(arguments: [
    ("recall", 2.0 / 3), ("precision", 0.5), ("f1", 4.0 / 7), ("jaccard", 0.4),
  ])
  func `an overlap is the share of items`(measure: String, value: Double) throws {
    let check: JSONObject = ["kind": "overlap", "measure": .string(measure), "score": "fraction"]
    #expect(abs(try score(check, "1. A\n2. B\n3. X\n4. y", expected: #"["a", "b", "c"]"#) - value) < 1e-12)
    #expect(try score(check, "", expected: "") == 1 && score(check, "a", expected: "") == 0)
  }

  @Test func `a similarity is one of texts`() throws {
    func value(_ measure: TextSimilarity, _ answer: String, _ expected: String) -> Double? {
      if case .known(let value) = measure.value(answer, expected) { value } else { nil }
    }
    #expect(value(.levenshtein, "kitten", "sitting") == 1 - 3.0 / 7)
    #expect(value(.rouge1, "the cat", "a cat sat") == 0.4)
    #expect(value(.rougeL, "the cat on mat", "the mat cat on") == 0.75)
    #expect(value(.bleu, "the cat sat on the mat", "the cat sat on the mat") == 1)
    let short = try #require(value(.bleu, "the cat sat", "the cat sat on the mat"))
    #expect(short > 0.3 && short < 0.4)
    #expect(value(.bleu, "a b c d", "e f g h") == 0)
    let long = String(repeating: "ab ", count: 4_000)
    #expect(TextSimilarity.levenshtein.value(long, String(long.dropLast(2))) == .atMost(11_998.0 / 12_000))
    #expect(try score(["kind": "similarity"], long, expected: "ab ab") == 0)
  }

  @Test func `what is not known is not scored`() throws {
    for check: JSONObject in [["kind": "cost", "max": 1], ["kind": "latency", "max": 1], ["kind": "finish"]] {
      #expect(throws: EvaluationError.self) { try score(check, "a") }
    }
  }

  @Test func `a hostile pattern ends quickly`() throws {
    #expect(try score(["kind": "regex", "pattern": "(a+)+$"], String(repeating: "a", count: 40) + "!") == 0)
    #expect(try score(["kind": "regex", "pattern": "x$"], String(repeating: "a", count: 1_000_000)) == 0)
  }
}
