import JSONCoding
import Store

/// A condition on the answer to one row.
struct ImportedAssertion {
  enum Rule {
    /// A check: the arguments that are the same in every row, and one that is each row's own.
    ///
    /// - Parameters:
    ///   - argument: the name of the row's own argument; nil without any.
    ///   - texts: its value; several if it is a list.
    case check(fixed: JSONObject, argument: String? = nil, texts: [String] = [], isList: Bool = false)
    /// What a judge looks for: an instruction, after a beginning that is the same in every row.
    ///
    /// - Parameters:
    ///   - isTemplate: whether its variables are columns of the row.
    ///   - bands: the descriptions of the stars; empty for the usual ones.
    case judge(beginning: String = "", text: String, isTemplate: Bool = false, bands: [MetricRecord.Band] = [])

    /// The rule with a row's values in place of the variables of a judge's template.
    func filled(_ value: (String) -> String) -> Rule {
      guard case .judge(let beginning, let text, isTemplate: true, let bands) = self else { return self }
      let template = Template(text, hasEscapes: false)
      return .judge(
        beginning: beginning, text: template.render(values: template.variables.map(value)), bands: bands)
    }
  }

  let line: Int
  /// The kind of assertion in the words of its format: `icontains`.
  let label: String
  /// The name of its metric in the file.
  var name: String?
  var rule: Rule
  var weight = 1.0

  /// What makes two assertions one metric, except for the rows' own values.
  var key: String {
    let start = "\(label)\u{1f}\(name ?? "")\u{1f}"
    switch rule {
    case .check(let fixed, let argument, _, let isList):
      return start + "\(JSONValue.object(fixed).canonical.text)\u{1f}\(argument ?? "")\u{1f}\(isList)"
    case .judge(let beginning, let text, let isTemplate, let bands):
      let stars = bands.map { "\($0.stars)\u{1e}\($0.description)" }.joined(separator: "\u{1e}")
      // A template in a column would not be filled.
      return start + "judge\u{1f}\(beginning)\u{1f}\(isTemplate ? text : "")\u{1f}\(stars)"
    }
  }

  var isCheck: Bool { if case .check = rule { true } else { false } }

  /// Whether its texts stay as they are in a metric, although they have variables.
  var isTemplate: Bool { if case .judge(_, _, isTemplate: true, _) = rule { true } else { false } }

  /// The values of the row's own.
  var texts: [String] {
    switch rule {
    case .check(_, _, let texts, _): texts
    case .judge(_, let text, _, _): [text]
    }
  }
}
