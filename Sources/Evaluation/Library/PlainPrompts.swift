package import Store

/// Prompt versions that add nothing to a dataset: each row's text is the whole message.
extension Transaction {
  /// The prompt version that sends the rows of a dataset unchanged; an existing one is reused.
  ///
  /// - Parameters:
  ///   - expectedColumn: nil for the standard one.
  ///   - familyKey: the key of the family if a new one is created.
  /// - Throws: ``EvaluationError`` for a dataset without a clear input column.
  package mutating func plainPrompt(
    forRowsOf dataset: DatasetRecord, expectedColumn: String?, model: String, familyKey: @autoclosure () -> String
  ) throws(EvaluationError) -> PromptRecord {
    let column = try dataset.inputColumn(besides: expectedColumn ?? RunRows.standardExpectedColumn)
    let template = "{{ \(column) }}"
    guard Template(template).variables == [column] else {
      throw EvaluationError(
        "The column \"\(column)\" of dataset \(dataset.id) cannot be named in a template. Rename it with datasets_update."
      )
    }
    var plain = PromptRecord()
    (plain.name, plain.template, plain.llmModel) = ("\(model): \(template)", template, model)
    if let known = tables.prompts.newestFirst.first(where: { $0.name == plain.name && $0.asksTheSame(as: plain) }) {
      return known
    }
    return try createPrompt(
      name: plain.name, template: template, model: model, familyKey: familyKey(),
      description: "Made by runs_create for runs without a prompt: the message is the row's text.",
      // Nobody has written it, so it is not offered as one of the prompts.
      publishes: false)
  }
}

extension DatasetRecord {
  /// The column whose value is the message of a run without a prompt: `input`, or the only one besides the expected
  /// output.
  fileprivate func inputColumn(besides expectedColumn: String) throws(EvaluationError) -> String {
    let inputs = columns.filter { !RowColumn.isSetting($0) && $0 != expectedColumn }
    if inputs.contains("input") { return "input" }
    if inputs.count == 1 { return inputs[0] }
    throw EvaluationError(
      "prompt_id is missing: dataset \(id) has the columns \(columns.joined(separator: ", ")), so it cannot be told which of "
        + "them to send. Name one of them input, or make a prompt with prompts_create and give its prompt_id.")
  }
}
