import JSONCoding
import Testing

@testable import Evaluation

/// A check of every kind, with an answer that passes and one that fails.
struct CheckSample: Sendable, CustomTestStringConvertible {
  let check: JSONObject
  let passing: Check.Subject
  let failing: Check.Subject

  var testDescription: String { JSONValue.object(check).text }

  init(_ check: JSONObject, passes: String, fails: String, expected: String? = nil) {
    self.check = check
    passing = Check.Subject(answer: passes, expected: expected)
    failing = Check.Subject(answer: fails, expected: expected)
  }

  init(_ check: JSONObject, passing: Check.Subject, failing: Check.Subject) {
    (self.check, self.passing, self.failing) = (check, passing, failing)
  }

  static let all: [CheckSample] = [
    CheckSample(["kind": "equals"], passes: " Paris\n", fails: "Lyon", expected: "Paris"),
    CheckSample(["kind": "contains", "value": "Paris"], passes: "It is Paris.", fails: "It is paris."),
    CheckSample(["kind": "contains_all", "values": ["a", "b"]], passes: "b a", fails: "a"),
    CheckSample(["kind": "contains_any", "values": ["a", "b"]], passes: "b", fails: "c"),
    CheckSample(["kind": "starts_with", "value": "Yes"], passes: "Yes, it is.", fails: "No. Yes."),
    CheckSample(["kind": "ends_with", "value": "done"], passes: "All done", fails: "done?"),
    CheckSample(["kind": "regex", "pattern": "^[0-9]+$"], passes: "42", fails: "42b"),
    CheckSample(["kind": "json", "schema": ["type": "object"]], passes: #"{"a": 1}"#, fails: "[1]"),
    CheckSample(
      ["kind": "json_path", "path": "a.0.b", "check": ["kind": "equals", "value": "x"]],
      passes: #"{"a": [{"b": "x"}]}"#, fails: #"{"a": []}"#),
    CheckSample(["kind": "number", "min": 1, "max": 2], passes: "$1.50", fails: "3"),
    CheckSample(["kind": "length", "unit": "words", "max": 2], passes: "two words", fails: "these are three"),
    CheckSample(["kind": "overlap"], passes: "- B\n- a", fails: "a", expected: "a, b"),
    CheckSample(["kind": "similarity"], passes: "kitten", fails: "zebra", expected: "kittens"),
    CheckSample(
      ["kind": "cost", "max": 0.01], passing: Check.Subject(answer: "a", cost: 0.01),
      failing: Check.Subject(answer: "a", cost: 0.02)),
    CheckSample(
      ["kind": "latency", "max": 100], passing: Check.Subject(answer: "a", latency: 99.5),
      failing: Check.Subject(answer: "a", latency: 101)),
    CheckSample(
      ["kind": "finish"], passing: Check.Subject(answer: "a", finishReason: "stop"),
      failing: Check.Subject(answer: "a", finishReason: "length")),
    CheckSample(
      ["kind": "tool_call", "name": "f", "arguments": ["type": "object", "required": ["x"]]],
      passes: #"[{"name":"f","arguments":{"x":1}}]"#, fails: #"[{"name":"f","arguments":{}}]"#),
  ]
}

/// Laws of every kind of check in the list.
@Suite struct CheckLawTests {
  @Test func `every kind has a unique name, a summary and a sample`() {
    let names = Check.kinds.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z_]+/) != nil })
    #expect(Check.kinds.allSatisfy { !$0.summary.isEmpty && $0.usage.hasSuffix(".") })
    #expect(CheckSample.all.compactMap { $0.check["kind"]?.stringValue } == names)
    for kind in Check.kinds {
      let arguments = kind.allArguments.map(\.name)
      #expect(Set(arguments).count == arguments.count && !arguments.contains("kind"))
    }
  }

  @Test(arguments: CheckSample.all)
  func `a pass scores 1, a failure 0, each with a sentence, and the same each time`(sample: CheckSample) throws {
    let check = try Check(sample.check)
    let (pass, fail) = (try check.score(sample.passing), try check.score(sample.failing))
    #expect(pass.score == 1 && fail.score == 0)
    for outcome in [pass, fail] {
      #expect(
        outcome.reason.hasSuffix(".") && outcome.reason.first.map { $0.isUppercase || $0.isNumber } == true,
        "\(outcome.reason)")
      #expect(outcome.reason.utf8.count < 1_000 && !outcome.reason.contains("\n"))
    }
    #expect(pass.reason != fail.reason)
    #expect(try check.score(sample.passing) == pass && Check(sample.check).score(sample.failing) == fail)
  }

  @Test(arguments: CheckSample.all)
  func `not inverts the score and says so`(sample: CheckSample) throws {
    var object = sample.check
    object["not"] = true
    let check = try Check(object)
    #expect(try check.score(sample.passing).score == 0 && check.score(sample.failing).score == 1)
    #expect(try check.score(sample.passing).reason.contains("(not)"))
  }

  @Test(arguments: CheckSample.all)
  func `arguments round trip with their defaults, and have one fingerprint`(sample: CheckSample) throws {
    let check = try Check(sample.check)
    let again = try Check(check.object)
    #expect(again.object == check.object && again.fingerprint == check.fingerprint)
    #expect(try again.score(sample.passing) == check.score(sample.passing))
    var other = sample.check
    other["not"] = true
    #expect(try Check(other).fingerprint != check.fingerprint)
  }

  @Test(arguments: CheckSample.all)
  func `an empty answer and a long one are scored quickly, and on the scale`(sample: CheckSample) throws {
    let check = try Check(sample.check)
    let texts = ["", String(repeating: "a b{[", count: 200_000), String(repeating: "é\r\n", count: 150_000)]
    for text in texts {
      var subject = sample.passing
      subject.answer = text
      let start = ContinuousClock.now
      do throws(EvaluationError) {
        let score = try check.score(subject).score
        #expect((0...1).contains(score))
      } catch {
        #expect(error.description.hasSuffix("."))
      }
      #expect(ContinuousClock.now - start < .seconds(10))
    }
  }

  @Test(arguments: CheckSample.all)
  func `an unknown argument is refused with those that there are`(sample: CheckSample) throws {
    var object = sample.check
    object["surprise"] = 1
    let error = #expect(throws: EvaluationError.self) { try Check(object) }
    let text = try #require(error?.description)
    #expect(text.hasPrefix("check.surprise is no argument of") && text.contains("not (true or false"))
  }

  @Test(arguments: CheckSample.all)
  func `a required argument is missed by its name`(sample: CheckSample) throws {
    let kind = try #require(Check.kinds.first { $0.name == sample.check["kind"]?.stringValue })
    for argument in kind.arguments where argument.isRequired {
      var object = sample.check
      object[argument.name] = nil
      let error = #expect(throws: EvaluationError.self) { try Check(object) }
      #expect(error?.description.hasPrefix("check.\(argument.name) is missing.") == true)
    }
  }
}

@Suite struct CheckSynopsisTests {
  @Test func `the arguments of every kind are named behind its name`() {
    let parts = Check.synopsis.split(separator: ")")
    for kind in Check.kinds {
      let part = parts.first { part in
        part.prefix { $0 != "(" }.split { " /".contains($0) }.contains { $0 == kind.name }
      }
      let arguments = part?.drop { $0 != "(" }.dropFirst().split(separator: ", ").map(String.init)
      #expect(arguments == kind.arguments.map(\.name), "\(kind.name)")
    }
    #expect(Check.synopsis.hasSuffix("; all: not, target, when."))
  }
}
