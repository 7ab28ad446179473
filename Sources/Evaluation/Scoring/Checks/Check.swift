package import JSONCoding

/// A way to score an answer without a model: a kind with its arguments.
///
/// A text among the arguments may have variables, so that every row can have its own. An argument is validated when the
/// check is made, except for what only the values of a row decide.
package struct Check: Sendable, Equatable {
  let kind: Kind
  /// The check as given, without arguments that are null.
  package let given: JSONObject
  /// The arguments with the defaults of those that are not given.
  private let arguments: ArgumentTemplates
  /// The scoring with these arguments; nil if they have variables.
  private let constant: Scoring?

  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  package init(_ object: JSONObject) throws(EvaluationError) {
    var given = JSONObject(object.members.filter { !$0.value.isNull })
    kind = try Kind.named(given[Kind.nameMember])
    if let when = given[Argument.when.name] { given[Argument.when.name] = .string(try Self.column(when)) }
    self.given = given
    arguments = try ArgumentTemplates(given, of: kind)
    constant = arguments.hasVariables ? nil : try kind.prepare(arguments.rendered { _ in nil })
  }

  package static func == (left: Check, right: Check) -> Bool { left.object == right.object }

  /// The check as given, with the defaults of the arguments that are not given.
  package var object: JSONObject {
    var object: JSONObject = [Kind.nameMember: .string(kind.name)]
    for argument in kind.allArguments {
      if let value = given[argument.name] ?? argument.defaultValue { object.append(argument.name, value) }
    }
    return object
  }

  /// A stored check with its defaults; as it is if this program does not know it.
  package static func completed(_ stored: JSONObject) -> JSONObject {
    do { return try Check(stored).object } catch { return stored }
  }

  /// The fingerprint of everything that decides the scores.
  package var fingerprint: String { Fingerprint.of(JSONValue.object(object).canonical.text) }

  /// The scale of its scores: whether they are only 0 and 1.
  package var scale: ScoreScale {
    if given[Argument.score.name]?.stringValue == "fraction" { return .bounded(0...1) }
    return inner?.scale ?? .binary
  }

  /// The names of the columns that it needs.
  package var columns: [String] {
    let named = [Argument.column, .target].map(\.name).compactMap { given[$0]?.stringValue }
    return arguments.variables + named.filter { $0 != Subject.response && Template($0).variables.isEmpty }
      + [when].compactMap(\.self) + (inner?.columns ?? [])
  }

  /// The column that decides whether the check applies to a row; nil for one that applies to every row.
  private var when: String? { given[Argument.when.name]?.stringValue }

  /// Whether there may be rows to which the check does not apply.
  var mayNotApply: Bool { when != nil || takesTextOfRow }

  /// The column that `when` names, also as a variable.
  private static func column(_ when: JSONValue) throws(EvaluationError) -> String {
    if let text = when.stringValue, !text.isBlank {
      let template = Template(text)
      switch template.variables.count {
      case 0: return text
      case 1 where template.render(values: [""]).isBlank: return template.variables[0]
      default: break
      }
    }
    throw EvaluationError(
      "check.when is \((when.stringValue ?? when.text).shown). Give the name of one column: the check applies to rows in which "
        + "it is not empty.")
  }

  /// Whether it scores how long the answer took.
  var measuresLatency: Bool { kind.measuresLatency || inner?.measuresLatency == true }

  /// Whether the answer is compared with the row's expected output.
  package var needsExpectedOutput: Bool {
    if inner?.needsExpectedOutput == true { return true }
    guard let comparand = kind.comparand else { return false }
    return ([comparand, Argument.column.name] + kind.comparisonIsReplacedBy).allSatisfy { given[$0] == nil }
  }

  /// Whether it or the check of a part of the answer compares with the row's expected output or a column, which can be
  /// empty.
  private var takesTextOfRow: Bool {
    if inner?.takesTextOfRow == true { return true }
    guard let comparand = kind.comparand, !kind.takesEmptyText else { return false }
    return ([comparand] + kind.comparisonIsReplacedBy).allSatisfy { given[$0] == nil }
  }

  /// The check of a part of the answer; nil without one.
  private var inner: Check? {
    guard let object = given["check"]?.objectValue else { return nil }
    // It was validated with this check.
    do { return try Check(object) } catch { return nil }
  }

  /// Why the check does not apply to a row; nil if it does.
  ///
  /// - Throws: ``EvaluationError`` for a row without the column that decides.
  func reasonToSkip(_ subject: Subject) throws(EvaluationError) -> String? {
    try skip(subject)?.reason
  }

  /// As ``reasonToSkip(_:)``, with what lacks.
  func skip(_ subject: Subject) throws(EvaluationError) -> Skip? {
    if let column = when {
      guard let text = subject.value(of: column) else {
        throw EvaluationError("check.when is \"\(column.shown)\", and the row has no such column.")
      }
      if text.isBlank { return .when(column) }
    }
    return try emptyText(subject).map { .emptyText(place: $0) }
  }

  /// The place of the empty text where the check needs one to compare with, such as "expected output"; nil where it has
  /// one.
  ///
  /// An answer to such a row is neither right nor wrong.
  private func emptyText(_ subject: Subject) throws(EvaluationError) -> String? {
    guard takesTextOfRow else { return nil }
    if let inner, inner.takesTextOfRow { return try inner.emptyText(subject) }
    let column = try arguments.rendered { subject.value(of: $0) }.text(Argument.column.name)
    guard let text = if let column { subject.value(of: column) } else { subject.expected }, text.isBlank else {
      return nil
    }
    return column.map { "column \"\($0.shown)\"" } ?? Self.expectedOutput
  }

  /// The place of a text that is not in a named column.
  static let expectedOutput = "expected output"

  /// The score of an answer, from 0 to 1, and the reason.
  ///
  /// - Throws: ``EvaluationError`` if the answer cannot be scored, such as for a row without the value to compare with.
  package func score(_ subject: Subject) throws(EvaluationError) -> Outcome {
    let values = try arguments.rendered { subject.value(of: $0) }
    let scoring = if let constant { constant } else { try kind.prepare(values) }
    var subject = subject
    if let target = values.text(Argument.target.name), target != Subject.response {
      guard let text = subject.value(of: target) else {
        throw EvaluationError("check.target is \"\(target.shown)\", and the row has no such column.")
      }
      subject.answer = text
      subject.isJSON = false
    }
    let outcome = try scoring(subject)
    guard values.flag(Argument.not.name) else { return outcome }
    return Outcome(score: 1 - outcome.score, reason: "\(outcome.reason) The check asks for the opposite (not).")
  }
}

extension Check {
  /// What keeps a check from applying to a row.
  enum Skip: Sendable, Equatable {
    /// The column that `when` names is empty.
    case when(String)
    /// There is nothing to compare with.
    case emptyText(place: String)

    var reason: String {
      switch self {
      case .when(let column): "The check does not apply: the row's column \"\(column.shown)\" is empty (when)."
      case .emptyText(let place):
        "The check does not apply: the row's \(place) is empty, so there is nothing to compare with."
      }
    }
  }

  /// Scores an answer.
  typealias Scoring = @Sendable (_ subject: Subject) throws(EvaluationError) -> Outcome

  /// The score of an answer.
  package struct Outcome: Sendable, Equatable {
    /// From 0 to 1.
    package let score: Double
    /// One sentence.
    package let reason: String

    init(score: Double, reason: String) {
      self.score = score
      self.reason = reason
    }

    /// 1 for a pass, else 0.
    init(_ passes: Bool, _ reason: String) { self.init(score: passes ? 1 : 0, reason: reason) }
  }

  /// What is scored: an answer with the values of its row and the facts of its call.
  package struct Subject: Sendable {
    /// The name of the answer as a target.
    static let response = "response"

    package var answer: String
    /// Whether the answer is the text of a JSON value that is not a string, so that its notation is of no account.
    var isJSON = false
    package var expected: String?
    /// By column.
    package var values: JSONObject
    /// US dollars; nil if unknown.
    package var cost: Double?
    /// Milliseconds; nil if unknown.
    package var latency: Double?
    package var finishReason: String?

    package init(
      answer: String, expected: String? = nil, values: JSONObject = [:], cost: Double? = nil, latency: Double? = nil,
      finishReason: String? = nil
    ) {
      self.answer = answer
      self.expected = expected
      self.values = values
      self.cost = cost
      self.latency = latency
      self.finishReason = finishReason
    }

    /// The subject without an answer, of which a row's values are known.
    ///
    /// - Parameter column: the column of the expected output; nil for the standard one.
    init(input: JSONObject, expected: String?, column: String?) {
      var values = input
      if let column, let expected, values[column] == nil { values.append(column, .string(expected)) }
      self.init(answer: "", expected: expected, values: values)
    }

    /// The value of a column; nil if the row has no such column.
    func value(of column: String) -> String? {
      // A composed and a decomposed name are equal.
      (values[column] ?? values.members.first { $0.key == column }?.value)?.stringValue
        ?? (column == RunRows.standardExpectedColumn ? expected : nil)
    }
  }
}
