package import Store

extension RunRecord {
  /// The model that answers: the run's own, else that of its first start, else the prompt's.
  package func answeringModel(of prompt: PromptRecord?) -> String { model ?? snapshot?.model ?? prompt?.llmModel ?? "" }

  /// The credential of the calls to the model that answers: the run's own, else that of its prompt where the run does not
  /// name another model.
  package func answeringCredentialID(of prompt: PromptRecord?) -> Int? {
    providerCredentialID ?? (model == nil ? prompt?.providerCredentialID : nil)
  }

  /// Whether the model that answers is the one that judges.
  package func judgesItself(promptedBy prompt: PromptRecord?) -> Bool {
    judgeModel.map(JudgeName.canonical) == JudgeName.canonical(answeringModel(of: prompt))
  }

  /// The settings that are sent: as they were once the run has been started, else the prompt's with its own in their place.
  package func sentSettings(of prompt: PromptRecord?) -> RequestSettings {
    // A snapshot of format 3 had no settings: the prompt's had none then, and the run's cannot change after its start.
    if let snapshot { return snapshot.settings.isEmpty ? settings : snapshot.settings }
    return requestedSettings(of: prompt)
  }

  /// What its answers are compared as.
  func comparedForm(of prompt: PromptRecord?) -> TextComparison.Form {
    sentSettings(of: prompt).responseSchema == nil ? .text : .json
  }

  /// What it sent, with variables; nothing for a run that was never started.
  package var sentTemplate: RequestTemplate {
    get throws(EvaluationError) { try RequestTemplate(snapshot?.template ?? "", sentSettings(of: nil)) }
  }

  /// How its judge is asked.
  package var judgeSettings: JudgePrompt.Settings {
    JudgePrompt.Settings(samples: judgeSamples ?? 1, effort: judgeEffort, maxTokens: judgeMaxTokens)
  }

  /// The prompt's settings with the run's in their place.
  func requestedSettings(of prompt: PromptRecord?) -> RequestSettings {
    (prompt?.settings ?? RequestSettings()).overridden(by: settings, clearing: clearedSettings)
  }
}
