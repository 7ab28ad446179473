import JSONCoding
import Providers
import Store

/// The samples of one call: checked, drawn and ready to be sent.
struct ExperimentPlan: Sendable {
  /// One call to a provider.
  struct Sample: Sendable {
    let index: Int
    let promptID: Int
    let request: CompletionRequest
    let binding: ModelBinding
  }

  let call: ExperimentCall
  let samples: [Sample]

  /// Draws the versions and renders their prompts.
  ///
  /// Success does not depend on the draw: every version that may be drawn must have its inputs and its model.
  /// - Throws: ``EvaluationError``, or the errors of finding a model.
  static func make(
    _ call: ExperimentCall, store: Store, models: any ModelDirectory, seed: UInt64, images: ImageReader
  ) async throws -> ExperimentPlan {
    let material = try await store.read { tables in try Material(call, in: tables) }
    let draws = try material.draws(call.sampleCount, seed: seed)
    var bindings: [Int: ModelBinding] = [:]
    var requests: [Int: CompletionRequest] = [:]
    for (promptID, prompt) in material.versions.sorted(by: { $0.key < $1.key }) {
      let binding = try await models.binding(
        for: prompt.llmModel, credentialID: call.credentialID ?? prompt.providerCredentialID)
      let parameters = RequestParameters(prompt.settings)
      if let refusal = binding.refusal(parameters) {
        throw EvaluationError("Prompt \(promptID) cannot be sent. \(refusal)")
      }
      bindings[promptID] = binding
      let rendered = try RequestTemplate(prompt.template, prompt.settings).render(inputs: call.inputs, images)
      requests[promptID] = CompletionRequest(
        model: binding.model, messages: rendered.messages, parameters: parameters)
    }
    let samples = draws.enumerated().compactMap { index, promptID -> Sample? in
      guard var request = requests[promptID], let binding = bindings[promptID] else { return nil }
      request.seed = call.seed.map { $0 &+ index }
      request.user = call.caller.user
      request.suffix = call.suffix
      request.logprobs = call.logprobs
      request.keepsExchange = true
      return Sample(index: index, promptID: promptID, request: request, binding: binding)
    }
    return ExperimentPlan(call: call, samples: samples)
  }

  /// The records of the versions in the store.
  private struct Material: Sendable {
    /// The versions that may be drawn.
    var versions: [Int: PromptRecord] = [:]
    private let experiment: ExperimentRecord
    /// The generations from which adaptive allocation learns.
    private let entries: [GenerationEntry]

    init(_ call: ExperimentCall, in tables: borrowing Tables) throws {
      experiment = try tables.find(ExperimentRecord.self, call.experimentID)
      guard experiment.status == .running else {
        throw EvaluationError(
          "Experiment \(experiment.id) is \(experiment.status.rawValue), so it generates nothing. experiments_update with "
            + "status running resumes it.")
      }
      var missing: [String] = []
      for arm in experiment.arms where experiment.allocation == .adaptive || arm.weight > 0 {
        guard let prompt = tables.prompts[arm.promptID] else { continue }
        let variables = try RequestTemplate(prompt.template, prompt.settings).variables
        missing += variables.filter { call.inputs[$0] == nil && !missing.contains($0) }
        versions[prompt.id] = prompt
      }
      guard missing.isEmpty else {
        throw EvaluationError(
          "inputs lacks \(missing.joined(separator: ", ")), which the prompts of experiment \(experiment.id) need.")
      }
      entries = experiment.allocation == .adaptive ? tables.generations.entries(ofExperiment: experiment.id) : []
    }

    /// The versions of a number of samples, by prompt id; drawn outside the store.
    func draws(_ count: Int, seed: UInt64) throws(EvaluationError) -> [Int] {
      var random = SeededGenerator(seed: seed)
      let draws = VersionSampling.draw(
        count, of: experiment, given: ExperimentStatistics(experiment, entries: entries), using: &random)
      guard draws.count == count else {
        throw EvaluationError(
          "Experiment \(experiment.id) has no version to draw. Give it prompt_ids with experiments_update.")
      }
      return draws
    }
  }
}
