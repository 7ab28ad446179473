import JSONCoding
import JSONRPC

extension Prompt {
  /// The validated arguments of a client, every value as text.
  ///
  /// The schema allows only strings, but a number or a boolean is accepted as its text. Null means absent.
  /// - Throws: -32602 with all faults.
  func checked(_ given: JSONValue?) throws(RPCError) -> [String: String] {
    guard let object = Arguments.object(given) else {
      throw .invalidParams("arguments must be an object, not \(given?.kindName ?? "null").")
    }
    var values: [String: String] = [:]
    var problems: [String] = []
    var unknown: [String] = []
    for member in object.members where !member.value.isNull {
      guard let argument = arguments.first(where: { $0.isNamed(member.key) }) else {
        unknown.append(member.key)
        continue
      }
      values[argument.name] = member.value.stringValue ?? member.value.text
    }
    problems += self.problems(ofUnknown: unknown)
    for argument in arguments where argument.isRequired && values[argument.name] == nil {
      problems.append("\(argument.name) is missing: \(argument.description)")
    }
    if problems.isEmpty { return values }
    let shown = problems.prefix(ValueShape.problemLimit).joined(separator: " ")
    throw .invalidParams("Prompt \"\(Quotation.shortened(name))\": \(shown)")
  }

  /// The argument with this name.
  /// - Throws: -32602 that names the existing arguments.
  func argument(_ name: String) throws(RPCError) -> PromptArgument {
    if let argument = arguments.first(where: { $0.isNamed(name) }) { return argument }
    throw .invalidParams(
      "Prompt \"\(Quotation.shortened(self.name))\": \(problems(ofUnknown: [name]).joined(separator: " "))")
  }

  private func problems(ofUnknown names: [String]) -> [String] {
    UnknownNames.problems(names, among: arguments.map(\.name), nothing: "It takes none.")
  }
}
