import JSONCoding
import JSONRPC

/// How the user is asked during one call: by a request of the server's, or, without a handshake, by a result that asks for
/// the call to be made again with the answer.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
struct Confirmation: Sendable {
  let call: MethodCall
  let tool: String
  let seal: RequestSeal

  /// The question that a call ends with until it is answered (schema `InputRequiredResult`).
  struct InputRequired: Error {
    let result: JSONObject
  }

  private static let method = "elicitation/create"
  private static let field = "confirm"

  /// Whether the client can put a question before its user.
  var isPossible: Bool { call.client.hasFormElicitation && call.version.hasElicitation }

  /// Whether the user says yes.
  ///
  /// - Parameter subject: what the answer counts for when the call is made again.
  /// - Throws: ``InputRequired``, -32602 for an answer to another question, ``ToolError`` if there is no answer.
  func ask(_ question: String, about subject: String) async throws -> Bool {
    if call.version.isStateless { return try answered(question, subject) }
    switch await call.context.ask(Self.method, form(question)) {
    case .result(let answer): return Self.isYes(.object(answer))
    case .error(let error):
      throw ToolError(
        "Nothing was done: the client could not ask its user (\(Quotation.shortened(error.message))). "
          + "\(Self.field): true does without the question.")
    case nil: throw ToolError("Nothing was done: the user was asked and did not answer.")
    }
  }

  private func answered(_ question: String, _ subject: String) throws -> Bool {
    let params = call.request.params
    let bound = "\(tool)\n\(subject)"
    if let state = params?["requestState"]?.stringValue, try seal.accepts(state, for: bound),
      let answer = params?["inputResponses"]?[Self.field]
    {
      return Self.isYes(answer)
    }
    throw InputRequired(result: [
      "resultType": "input_required",
      "inputRequests": [Self.field: ["method": .string(Self.method), "params": .object(form(question))]],
      "requestState": .string(seal.state(of: bound)),
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

  /// Schema `ElicitResult`.
  private static func isYes(_ answer: JSONValue) -> Bool {
    answer["action"] == "accept" && answer["content"]?[field] == true
  }
}

extension ProtocolVersion {
  fileprivate var hasElicitation: Bool { self >= .june2025 }
  fileprivate var hasElicitationModes: Bool { self >= .november2025 }
}
