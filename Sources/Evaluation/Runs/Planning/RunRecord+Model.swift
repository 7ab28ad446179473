import JSONCoding
package import Store

extension RunRecord {
  /// The model that answers: the run's own, or else that of its first start, or else the prompt's.
  package func answeringModel(of prompt: PromptRecord?) -> String { model ?? snapshot?.model ?? prompt?.llmModel ?? "" }

  /// The credential for the calls to the model that answers: the run's own, or else that of its prompt, unless the run
  /// names another model.
  package func answeringCredentialID(of prompt: PromptRecord?) -> Int? {
    providerCredentialID ?? (model == nil ? prompt?.providerCredentialID : nil)
  }

  /// Whether the model that answers is the one that judges.
  package func judgesItself(promptedBy prompt: PromptRecord?) -> Bool {
    judgeModel.map(JudgeName.canonical) == JudgeName.canonical(answeringModel(of: prompt))
  }

  /// The settings of the requests: those recorded at the run's start, or else the prompt's overridden by the run's.
  package func sentSettings(of prompt: PromptRecord?) -> RequestSettings {
    // A snapshot of format 3 has no settings: the prompt had none then, and the run's cannot change after its start.
    if let snapshot { return snapshot.settings.isEmpty ? settings : snapshot.settings }
    return requestedSettings(of: prompt)
  }

  /// What its answers are compared as.
  func comparedForm(of prompt: PromptRecord?) -> TextComparison.Form {
    let sent = sentSettings(of: prompt)
    // A prompt has tools or a schema, never both.
    if sent.responseSchema != nil { return .json }
    return sent.offersTools ? .calls : .text
  }

  /// What its judge is shown besides texts; nil for nothing.
  ///
  /// What a column of turns holds is known for each row only, so such a column counts as images.
  func judgeMaterial(of prompt: PromptRecord?) -> String? {
    let sent = sentSettings(of: prompt)
    let hasImages = sent.messages.contains { message in
      message["placeholder"] != nil || message["content"]?.arrayValue?.contains { $0["type"] != "text" } == true
    }
    let material = [hasImages ? "images" : nil, sent.offersTools ? "tools" : nil].compactMap(\.self)
    return material.isEmpty ? nil : material.joined(separator: " and ")
  }

  /// What it sent, with variables; nothing for a run that was never started.
  package var sentTemplate: RequestTemplate {
    get throws(EvaluationError) { try RequestTemplate(snapshot?.template ?? "", sentSettings(of: nil)) }
  }

  /// The settings of its judge's requests.
  package var judgeSettings: JudgePrompt.Settings {
    JudgePrompt.Settings(samples: judgeSamples ?? 1, effort: judgeEffort, maxTokens: judgeMaxTokens)
  }

  /// The prompt's settings, overridden by the run's.
  func requestedSettings(of prompt: PromptRecord?) -> RequestSettings {
    (prompt?.settings ?? RequestSettings()).overridden(by: settings, clearing: clearedSettings)
  }
}
