import Evaluation
import JSONCoding
import JSONRPC
import MCP
import Store

/// The possible outcomes of a generation.
enum ExperimentFeedback {
  /// The outcome of a generation without feedback, or whose feedback was removed.
  static let none = "none"
  static let words = GenerationRecord.Outcome.allCases.map(\.rawValue) + [none]
}

/// `experiments_generate` and `experiments_feedback`: generating and recording outcomes.
struct ExperimentGenerationTools {
  let services: Services

  private enum Generate {
    static let id = Field<Int>.required("experiment_id", .id, "Experiment to answer from.").alias(
      "id")
    static let inputs = Field<JSONObject?>.optional("inputs", .freeObject, "Values of the prompts' variables.")
    static let samples = Field<Int>.defaulted(
      "num_samples", .integer(1...20), default: 1, "How many; each draws its version.")
    static let sessionID = Field<String?>.optional("session_id", .name, "Session it belongs to, recorded with it.")
    static let sessionReferenceID = Field<String?>.optional(
      "session_reference_id", .name, "Your own id of the session; stands in for session_id.")
    static let user = Field<String?>.optional("user", .name, "End user's id for the provider.")
    static let metadata = Field<JSONObject?>.optional("metadata", .freeObject, "Anything to record with it.")
    static let seed = Field<Int?>.optional(
      "seed", .integer, "Repeats the draw of versions; the provider gets it plus the sample's index.")
    static let suffix = Field<String?>.optional("suffix", .string, "Text after the completion, where models insert.")
    static let logprobs = Field<Int?>.optional(
      "logprobs", .integer(0...20), "Log probabilities of the top n tokens, in provider_responses.")
    static let credentialID = Field<Int?>.optional(
      "provider_credential_id", .id, "Credential; else the models' names decide.")
    static let projectID = Field<String?>.optional("project_id", .name, "Project to name in the answer.").alias(
      "project")
    static let stream = Field<Bool>.defaulted(
      "stream", .boolean, default: false, "Send the text in progress messages as it comes; for one sample.")
    static let raw = Field<Bool>.defaulted(
      "raw", .boolean, default: false, "Show provider_request and provider_responses however long they are.")
  }

  var generate: Tool {
    Tool(
      name: "experiments_generate", title: "Generate from an experiment",
      description: """
        Answer inputs with versions that the experiment draws; report each outcome with experiments_feedback.
        """,
      toolset: "experiments", annotations: .generating,
      fields: [
        Generate.id, Generate.inputs, Generate.samples,
        Generate.sessionID, Generate.sessionReferenceID, Generate.user,
        Generate.metadata, Generate.seed, Generate.suffix,
        Generate.logprobs, Generate.credentialID, Generate.projectID,
        Generate.stream, Generate.raw,
      ], ordering: .concurrent
    ) { [services] arguments, context in
      let id = arguments[Generate.id]
      _ = try await services.store.read { try $0.find(ExperimentRecord.self, id).id }
      let reference = arguments[Generate.sessionReferenceID].nonEmpty
      let call = ExperimentCall(
        experimentID: id, inputs: arguments[Generate.inputs] ?? [:], sampleCount: arguments[Generate.samples],
        caller: GenerationRecord.Caller(
          sessionID: arguments[Generate.sessionID].nonEmpty ?? reference, sessionReferenceID: reference,
          user: arguments[Generate.user].nonEmpty, metadata: arguments[Generate.metadata]),
        seed: arguments[Generate.seed], suffix: arguments[Generate.suffix].nonEmpty,
        logprobs: arguments[Generate.logprobs], credentialID: arguments[Generate.credentialID])
      let records = try await Self.records(of: call, isStreamed: arguments[Generate.stream], services, context)
      guard records.contains(where: { $0.status == .completed }) else { throw Self.failure(records) }
      return GenerationResult(
        call: call, records: records, projectID: arguments[Generate.projectID].nonEmpty,
        showsExchange: arguments[Generate.raw] || call.logprobs != nil
      ).object
    }
  }

  private static func records(
    of call: ExperimentCall, isStreamed: Bool, _ services: Services, _ context: ToolContext
  ) async throws -> [GenerationRecord] {
    guard isStreamed else {
      return try await services.experiments.generate(call) { count in
        context.report(
          Double(count), of: Double(call.sampleCount), message: "generated \(count)/\(call.sampleCount)")
      }
    }
    guard call.sampleCount == 1 else {
      throw ToolError("stream sends the text of one sample: leave num_samples at 1, or do without stream.")
    }
    let sent = ProgressText(context)
    return try await services.experiments.generate(call, forward: { sent.send($0) }, onProgress: { _ in })
  }

  private static func failure(_ records: [GenerationRecord]) -> ToolError {
    let first = records.first
    let reason = first?.error ?? "The call was cancelled."
    let failure = records.count > 1 ? "All \(records.count) samples failed. The first: \(reason)" : reason
    let place = first.map { "It is generation \($0.id), by prompt \($0.promptID)." }
    return ToolError([failure, place, Spending(records).remarkOnFailure].compactMap(\.self).joined(separator: " "))
  }

  private enum Feedback {
    static let id = Field<Int>.required(
      "generation_id", .id, "id of one of the data of experiments_generate."
    ).alias("id")
    static let outcome = Field<String>.required(
      "outcome", .choice(of: ExperimentFeedback.words), "The outcome; none removes it.")
  }

  var feedback: Tool {
    Tool(
      name: "experiments_feedback", title: "Give feedback on a generation",
      description: "Record the outcome of a generation of an experiment.",
      toolset: "experiments", annotations: .marking,
      fields: [Feedback.id, Feedback.outcome]
    ) { [store = services.store] arguments, _ in
      let outcome = GenerationRecord.Outcome(rawValue: arguments[Feedback.outcome])
      let recorded = try await store.commit { transaction in
        let entry = try transaction.recordOutcome(outcome, ofGeneration: arguments[Feedback.id])
        let experiment = transaction.tables.experiments[entry.experimentID]
        return RecordedOutcome(
          entry: entry, experiment: experiment,
          entries: experiment.map { transaction.tables.generations.entries(ofExperiment: $0.id) } ?? [])
      }
      return recorded.object(outcome)
    }
  }
}

/// A generation whose outcome was recorded, with what its version's numbers follow from outside the store.
private struct RecordedOutcome: Sendable {
  let entry: GenerationEntry
  let experiment: ExperimentRecord?
  /// All generations of the experiment.
  let entries: [GenerationEntry]

  /// The recorded outcome, and the version's current numbers.
  func object(_ outcome: GenerationRecord.Outcome?) -> JSONObject {
    var object: JSONObject = [
      "id": .int(entry.id), "experiment_id": .int(entry.experimentID), "prompt_id": .int(entry.promptID),
      "outcome": .string(outcome?.rawValue ?? ExperimentFeedback.none),
    ]
    if entry.outcomeOrder != nil, outcome != entry.outcome {
      object["note"] = .string(
        "The rates count the last outcome. As evidence the generation counts no more, because its outcome was changed.")
    }
    guard let experiment else { return object }
    let statistics = ExperimentStatistics(experiment, entries: entries)
    let arm = (statistics.arms + statistics.formerArms).first { $0.promptID == entry.promptID }
    object["outcomes"] = arm.map { .object($0.outcomesObject) }
    return object
  }
}
