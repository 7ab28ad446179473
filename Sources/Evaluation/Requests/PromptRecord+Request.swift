package import Store

extension PromptRecord {
  /// The template of the prompt version's request.
  ///
  /// - Throws: ``EvaluationError`` for turns that are not valid messages.
  package var requestTemplate: RequestTemplate {
    get throws(EvaluationError) { try RequestTemplate(template, settings) }
  }

  /// The variables of all its texts; only those of the template if its turns are not valid messages.
  package var variables: [String] {
    do { return try requestTemplate.variables } catch { return Template(template).variables }
  }
}

extension RunRecord {
  /// The template of the request that the run is going to send.
  ///
  /// - Throws: ``EvaluationError`` for turns that are not valid messages.
  package func requestTemplate(of prompt: PromptRecord) throws(EvaluationError) -> RequestTemplate {
    try RequestTemplate(prompt.template, requestedSettings(of: prompt))
  }
}
