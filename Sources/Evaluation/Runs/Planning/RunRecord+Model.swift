package import Store

extension RunRecord {
  /// The model that answers: the run's own, else that of its first start, else the prompt's.
  package func answeringModel(of prompt: PromptRecord?) -> String { model ?? snapshot?.model ?? prompt?.llmModel ?? "" }
}
