package import Store

extension PromptRecord {
  /// What it sends, with variables.
  ///
  /// - Throws: ``EvaluationError`` for turns that are no messages.
  package var requestTemplate: RequestTemplate {
    get throws(EvaluationError) { try RequestTemplate(template, settings) }
  }

  /// The variables of all its texts; those of the template alone where its turns are no messages.
  package var variables: [String] {
    do { return try requestTemplate.variables } catch { return Template(template).variables }
  }
}

extension RunRecord {
  /// What it is going to send, with variables.
  ///
  /// - Throws: ``EvaluationError`` for turns that are no messages.
  package func requestTemplate(of prompt: PromptRecord) throws(EvaluationError) -> RequestTemplate {
    try RequestTemplate(prompt.template, requestedSettings(of: prompt))
  }
}
