package import JSONCoding

/// A way to score an answer without a model: a kind with its arguments.
///
/// A text among the arguments may have variables, so that every row can have its own. An argument is validated when the
/// check is made, except for what only the values of a row decide.
package struct Check: Sendable {
  let kind: Kind
  /// The check as given, without arguments that are null.
  package let given: JSONObject
  /// The arguments with the defaults of those that are not given.
  private let arguments: ArgumentTemplates
  /// The scoring with these arguments; nil if they have variables.
  private let constant: Scoring?

  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  package init(_ object: JSONObject) throws(EvaluationError) {
    given = JSONObject(object.members.filter { !$0.value.isNull })
    kind = try Kind.named(given[Kind.nameMember])
    arguments = try ArgumentTemplates(given, of: kind)
    constant = arguments.hasVariables ? nil : try kind.prepare(arguments.rendered { _ in nil })
  }

  /// The check as given, with the defaults of the arguments that are not given.
  package var object: JSONObject {
    var object: JSONObject = [Kind.nameMember: .string(kind.name)]
    for argument in kind.allArguments {
      if let value = given[argument.name] ?? argument.defaultValue { object.append(argument.name, value) }
    }
    return object
  }

  /// The fingerprint of everything that decides the scores.
  package var fingerprint: String { Fingerprint.of(JSONValue.object(object).canonical.text) }

  /// The names of the columns whose values are inserted into the arguments.
  package var variables: [String] { arguments.variables }

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
    }
    let outcome = try scoring(subject)
    guard values.flag(Argument.not.name) else { return outcome }
    return Outcome(score: 1 - outcome.score, reason: "\(outcome.reason) The check asks for the opposite (not).")
  }
}

extension Check {
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

    /// The value of a column; nil if the row has no such column.
    func value(of column: String) -> String? {
      // A composed and a decomposed name are equal.
      (values[column] ?? values.members.first { $0.key == column }?.value)?.stringValue
        ?? (column == RunRows.standardExpectedColumn ? expected : nil)
    }
  }
}
