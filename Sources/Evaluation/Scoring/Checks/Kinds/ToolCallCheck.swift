import JSONCoding

extension Check.Kind {
  static let toolCall = Check.Kind(
    "tool_call", "the answer calls the tool of this name, or any tool, with arguments that satisfy the schema",
    [.init("name", .text), .init("arguments", .schema)]
  ) { arguments throws(EvaluationError) in
    let name = arguments.text("name")
    let schema = try arguments.object("arguments").map { object throws(EvaluationError) in
      try JSONSchema(object, at: "check.arguments")
    }
    return { subject in
      guard let calls = ToolCallText.calls(in: subject.answer.trimmed()) else {
        return Check.Outcome(false, "The answer calls no tool.")
      }
      let named = calls.filter { name == nil || $0["name"]?.stringValue == name }
      guard let first = named.first else {
        let names = calls.compactMap { $0["name"]?.stringValue }.joined(separator: ", ")
        return Check.Outcome(false, "The answer calls \(names.shown), not \((name ?? "").shown).")
      }
      let called = (first["name"]?.stringValue ?? "").shown
      guard let schema else { return Check.Outcome(true, "The answer calls \(called).") }
      let faults = named.map { schema.fault(in: $0["arguments"] ?? .null) }
      if faults.contains(where: { $0 == nil }) {
        return Check.Outcome(true, "The answer calls \(called) with arguments that satisfy the schema.")
      }
      let fault = faults.compactMap { $0 }.first.map { "\($0)" } ?? ""
      return Check.Outcome(false, "The arguments of \(called) do not satisfy the schema: \(fault).")
    }
  }
}
