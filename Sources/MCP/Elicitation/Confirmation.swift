import JSONCoding
import JSONRPC

/// Asks the user a question during a call.
///
/// The server sends a request to the client. In the stateless protocol the call returns a result instead, after which
/// the client repeats the call with the answer.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
struct Confirmation: Sendable {
  let call: MethodCall
  let tool: String
  let questions: PendingQuestions

  /// Thrown to end a call with a question that must be answered first (schema `InputRequiredResult`).
  struct InputRequired: Error {
    let result: JSONObject
  }

  private static let method = "elicitation/create"
  private static let field = "confirm"

  /// Whether the client can ask its user.
  var isPossible: Bool { call.client.hasFormElicitation && call.version.hasElicitation }

  /// Whether the user answers yes.
  ///
  /// - Parameter subject: identifies the question when the call is repeated.
  /// - Throws: ``InputRequired``, -32602 for an answer to another question, ``ToolError`` if there is no answer.
  func ask(_ question: String, about subject: String) async throws -> Bool {
    if call.version.isStateless { return try answered(question, subject) }
    switch await call.context.ask(Self.method, form(question)) {
    case .result(let answer): return Self.isYes(.object(answer)) ?? false
    case .error(let error):
      throw ToolError(
        "Nothing was done: the client could not ask its user (\(Quotation.shortened(error.message))). "
          + "\(Self.field): true skips the question.")
    case nil: throw ToolError("Nothing was done: the user was asked and did not answer.")
    }
  }

  private func answered(_ question: String, _ subject: String) throws -> Bool {
    let params = call.request.params
    let bound = "\(tool)\n\(subject)"
    // An answer that does not fit leaves its question open.
    if let state = params?["requestState"]?.stringValue, let answer = params?["inputResponses"]?[Self.field],
      let isYes = Self.isYes(answer), try questions.accepts(state, about: bound)
    {
      return isYes
    }
    throw InputRequired(result: [
      "resultType": "input_required",
      "inputRequests": [Self.field: ["method": .string(Self.method), "params": .object(form(question))]],
      "requestState": .string(questions.ask(about: bound)),
    ])
  }

  /// Schema `ElicitRequestFormParams`.
  private func form(_ question: String) -> JSONObject {
    var form: JSONObject = call.version.hasElicitationModes ? ["mode": "form"] : [:]
    form["message"] = .string(question)
    form["requestedSchema"] = [
      "type": "object",
      "properties": [Self.field: ["type": "boolean", "title": "Yes", "description": "This cannot be undone."]],
      "required": [.string(Self.field)],
    ]
    return form
  }

  /// The user's answer (schema `ElicitResult`); nil if it is not an answer to this form.
  private static func isYes(_ answer: JSONValue) -> Bool? {
    switch answer["action"] {
    case "accept": answer["content"]?[field]?.boolValue
    case "decline", "cancel": false
    default: nil
    }
  }
}
