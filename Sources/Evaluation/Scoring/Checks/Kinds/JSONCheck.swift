import JSONCoding

extension Check.Kind {
  static let json = Check.Kind(
    "json", "the answer is JSON, valid by the schema if there is one; extract takes the first object or list in it",
    [.init("schema", .schema), .init("extract", .flag, default: false)]
  ) { arguments throws(EvaluationError) in
    let schema = try arguments.object("schema").map { object throws(EvaluationError) in
      try JSONSchema(object, at: "check.schema")
    }
    let extracts = arguments.flag("extract")
    return { subject in
      switch JSONInText.value(in: subject.answer, extracts: extracts) {
      case .failure(let fault): Check.Outcome(false, fault.sentence)
      case .success(let value):
        if let fault = schema?.fault(in: value) {
          Check.Outcome(false, "The JSON does not satisfy the schema: \(fault).")
        } else {
          Check.Outcome(true, schema == nil ? "The answer is valid JSON." : "The answer satisfies the schema.")
        }
      }
    }
  }
}
