import Evaluation
import JSONCoding
import Store

/// The scoring of a run as assertions of promptfoo.
enum PromptfooAssertion {
  /// An assertion, or why there is none.
  enum Outcome {
    case assertion(JSONObject)
    case none(String)
  }

  /// What promptfoo has for a check.
  static func of(_ check: JSONObject, _ text: PromptfooText, named name: String) -> Outcome {
    guard let kind = check["kind"]?.stringValue else { return .none("It has no kind.") }
    if let target = check["target"]?.stringValue, target != "response" {
      return .none("promptfoo checks the answer, and this check the column \(target).")
    }
    let ignoresCase = check["case_sensitive"] == false
    var assertion: JSONObject
    switch kind {
    case "contains":
      assertion = ["type": ignoresCase ? "icontains" : "contains"]
      assertion["value"] = value(check, text)
    case "starts_with" where !ignoresCase:
      assertion = ["type": "starts-with"]
      assertion["value"] = value(check, text)
    case "contains_all", "contains_any":
      guard let values = check["values"]?.arrayValue else {
        return .none("Its values are the items of a row's text, which promptfoo does not take apart.")
      }
      let type = kind == "contains_all" ? "contains-all" : "contains-any"
      assertion = ["type": .string(ignoresCase ? "i\(type)" : type)]
      assertion["value"] = .array(values.map { .string(text.template($0.stringValue ?? $0.text)) })
    case "equals" where !ignoresCase && check["value"]?.arrayValue == nil:
      assertion = ["type": "equals"]
      assertion["value"] = value(check, text)
    case "regex" where check["flags"]?.stringValue.nonEmpty == nil:
      assertion = ["type": "regex"]
      assertion["value"] = check["pattern"]?.stringValue.map { .string(text.template($0)) }
    case "json":
      assertion = ["type": check["extract"] == true ? "contains-json" : "is-json"]
      assertion["value"] = check["schema"]
    case "cost", "latency":
      guard let most = check["max"]?.doubleValue else { return .none("Its bound depends on the row.") }
      assertion = ["type": .string(kind)]
      assertion["threshold"] = .double(most)
    default: return .none("promptfoo has no assertion that scores in the same way.")
    }
    if ["contains", "starts_with", "equals"].contains(kind), assertion["value"] == nil {
      return .none("It compares with nothing that promptfoo knows.")
    }
    if check["not"] == true { assertion["type"] = assertion["type"]?.stringValue.map { .string("not-\($0)") } }
    assertion["metric"] = .string(name)
    return .assertion(assertion)
  }

  /// How the assertion that stands for a check differs from it; nil if it does not.
  static func difference(of check: JSONObject) -> String? {
    guard check["kind"] == "equals", check["trim"] != false else { return nil }
    return exact
  }

  /// How promptfoo's `equals` and `contains` differ from comparisons that leave white space at the ends out.
  static let exact =
    "It is in the file, but promptfoo compares white space at the ends and line breaks as they are, and here they do not count."

  /// The column whose text a check compares with; nil for a check that compares with none.
  ///
  /// Where a row's text is empty, the check does not apply.
  static func comparedColumn(of check: JSONObject) -> String? {
    let kinds = ["contains", "starts_with", "equals"]
    guard let kind = check["kind"]?.stringValue, kinds.contains(kind), check["value"] == nil else { return nil }
    return check["column"]?.stringValue ?? RunRows.standardExpectedColumn
  }

  /// The text that a check compares with: its own, or a variable.
  private static func value(_ check: JSONObject, _ text: PromptfooText) -> JSONValue? {
    if let given = check["value"] { return .string(text.template(given.stringValue ?? given.text)) }
    let column = check["column"]?.stringValue ?? RunRows.standardExpectedColumn
    return text.names[column].map { .string("{{ \($0) }}") }
  }

  /// A judge's criterion as a rubric.
  static func of(_ criterion: Criterion, _ text: PromptfooText, hasExpected: Bool) -> JSONObject {
    let expected = hasExpected ? text.names[RunRows.standardExpectedColumn] : nil
    let rubric = RubricText.of(
      text.template(Template(criterion.instruction, hasEscapes: false)),
      bands: criterion.rubric.bands.map { .init(stars: $0.stars, description: PromptfooText.literal($0.description)) },
      expected: expected.map { "{{ \($0) }}" })
    return [
      "type": "llm-rubric", "value": .string(rubric), "threshold": .double(RubricText.threshold),
      "metric": .string(criterion.name),
    ]
  }
}
