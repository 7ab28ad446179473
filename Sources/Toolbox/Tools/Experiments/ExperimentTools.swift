import Evaluation
import JSONCoding
import MCP
import Store

/// `experiments_*` that create, show, change and delete; see ``ExperimentGenerationTools`` for the others.
struct ExperimentTools {
  let services: Services

  private static let id = Field.id(of: .experiments)
  private static let weights = Field<[Double]?>.optional(
    "weights", .array(of: .number(0...1_000_000)), "Shares for fixed allocation, one a version; equal unless given.")
  /// More versions than that share no traffic from which anything could be learnt.
  private static let mostVersions = 20

  var all: [Tool] {
    let generation = ExperimentGenerationTools(services: services)
    return [create, list, get, update, delete, generation.generate, generation.feedback]
  }

  // MARK: Reading

  private static let statusFilter = Field<ExperimentRecord.Status?>.optional(
    "status", .choice, "Only experiments of this status.")

  private var list: Tool {
    Tool(
      name: "experiments_list", title: "List experiments",
      description: "List experiments with their totals, newest first.", toolset: "experiments", annotations: .reading,
      fields: [Self.statusFilter] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        try tables.page(
          ExperimentRecord.self, arguments, where: { arguments[Self.statusFilter].isNilOr($0.status) },
          item: { tables.summary($0) })
      }
    }
  }

  private enum Get {
    static let generations = Field<Bool>.defaulted(
      "generations", .boolean, default: false, "List its recorded generations instead, newest first.")
    static let generationID = Field<Int?>.optional(
      "generation_id", .integer(1...), "Show this recorded generation instead, in full.")
  }

  private var get: Tool {
    Tool(
      name: "experiments_get", title: "Get an experiment",
      description: """
        Get an experiment: for each version samples, outcomes, rate with its interval, cost and the probability of being \
        the best, and a verdict: verdict_word enough, little_to_lose (choosing the leader gives up under \
        1 positive outcome in 100 on average) or not_enough, however often it is read.
        """,
      toolset: "experiments", annotations: .reading,
      fields: [Self.id, Get.generations, Get.generationID] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let experiment = try tables.find(ExperimentRecord.self, arguments[Self.id])
        if let id = arguments[Get.generationID] {
          let entry = try tables.findGeneration(id, ofExperiment: experiment.id)
          return try arguments.selection(of: entry.decoded().object)
        }
        if arguments[Get.generations] { return try Self.generations(of: experiment, arguments, in: tables) }
        return try arguments.selection(of: tables.object(experiment))
      }
    }
  }

  private static func generations(
    of experiment: ExperimentRecord, _ arguments: Arguments, in tables: borrowing Tables
  ) throws -> JSONObject {
    try Paging.page(
      "generations", tables.generations.entries(ofExperiment: experiment.id).reversed(), arguments,
      known: GenerationRecord().summary.keys, position: { "\($0.id)" },
      behind: { cursor in Int(cursor).map { id in { $0.id < id } } }, item: { try $0.decoded().summary })
  }

  // MARK: Writing

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the experiment.")
    static let promptIDs = Field<[Int]>.required(
      "prompt_ids", .array(of: .integer(1...)), "2 to \(mostVersions) prompt versions to compare.")
    static let allocation = Field<String>.defaulted(
      "allocation", .choice(of: ExperimentRecord.Allocation.allCases.map(\.rawValue)),
      default: ExperimentRecord.Allocation.fixed.rawValue,
      "fixed: by weights, best for a verdict; adaptive: more and more to the version with the best outcomes, which earns "
        + "more and proves less.")
    static let status = Field<String>.defaulted(
      "status", .choice(of: ExperimentRecord.Status.allCases.map(\.rawValue)),
      default: ExperimentRecord.Status.running.rawValue, "Only a running one generates.")
  }

  private var create: Tool {
    Tool(
      name: "experiments_create", title: "Create an experiment",
      description: """
        Share real traffic among prompt versions to find the best by its outcomes, where no dataset can tell. \
        experiments_generate answers, experiments_feedback says how it went.
        """,
      toolset: "experiments", annotations: .creating,
      fields: [
        Create.name, Create.promptIDs, Self.weights, Create.allocation,
        Create.status,
      ]
    ) { [services] arguments, _ in
      var (object, models) = try await services.store.commit { transaction in
        let promptIDs = arguments[Create.promptIDs]
        guard promptIDs.count > 1 else { throw ToolError("prompt_ids must name at least 2 prompt versions.") }
        var experiment = ExperimentRecord()
        experiment.name = try arguments[Create.name].notBlank("name")
        experiment.arms = try Self.arms(promptIDs, arguments[Self.weights], in: transaction.tables)
        experiment.allocation = .init(rawValue: arguments[Create.allocation]) ?? .fixed
        experiment.status = .init(rawValue: arguments[Create.status]) ?? .running
        (experiment.createdAt, experiment.updatedAt) = (transaction.now, transaction.now)
        let models = promptIDs.compactMap { transaction.tables.prompts[$0]?.llmModel }
        return (transaction.tables.object(transaction.insert(experiment)), models)
      }
      try await services.addRemarks(on: models.map { ModelRemarks.Choice(name: $0) }, to: &object)
      return object
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
    static let promptIDs = Field<[Int]?>.optional(
      "prompt_ids", .array(of: .integer(1...)),
      "Replaces the versions; weights of those that stay are kept, as is what others have generated.")
    static let allocation = Field<ExperimentRecord.Allocation?>.optional(
      "allocation", .choice, "How versions are drawn from now on.")
    static let status = Field<ExperimentRecord.Status?>.optional("status", .choice, "Only a running one generates.")
  }

  private var update: Tool {
    Tool(
      name: "experiments_update", title: "Update an experiment",
      description: "Change an experiment: pause or complete it, add or drop versions, change their shares.",
      toolset: "experiments", annotations: .updating,
      fields: [
        Self.id, Update.name, Update.promptIDs, Self.weights,
        Update.allocation, Update.status,
      ]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        var experiment = try transaction.tables.find(ExperimentRecord.self, arguments[Self.id])
        try arguments.update(&experiment.name, with: Update.name)
        if arguments[Update.promptIDs] != nil || arguments[Self.weights] != nil {
          experiment.arms = try Self.arms(
            arguments[Update.promptIDs] ?? experiment.arms.map(\.promptID), arguments[Self.weights],
            over: experiment.arms, in: transaction.tables)
        }
        experiment.allocation = arguments[Update.allocation] ?? experiment.allocation
        experiment.status = arguments[Update.status] ?? experiment.status
        experiment.updatedAt = transaction.now
        transaction.put(experiment)
        return transaction.tables.object(experiment)
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "experiments_delete", title: "Delete an experiment",
      description: "Delete an experiment with its generations; its prompt versions stay.", toolset: "experiments",
      annotations: .deleting, fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      let id = arguments[Self.id]
      return try await Deletion.perform(ExperimentRecord.self, id: id, arguments, with: services, context) {
        transaction in
        let count = transaction.tables.generations.entries(ofExperiment: id).count
        return Deletion.Removal(counts: ["generations": .int(count)])
      }
    }
  }

  /// The versions with their weights, checked: those given, else those they have, else 1.
  private static func arms(
    _ promptIDs: [Int], _ weights: [Double]?, over old: [ExperimentRecord.Arm] = [], in tables: borrowing Tables
  ) throws(ToolError) -> [ExperimentRecord.Arm] {
    guard (1...mostVersions).contains(promptIDs.count), Set(promptIDs).count == promptIDs.count else {
      throw ToolError("prompt_ids must name up to \(mostVersions) different prompt versions, at least one.")
    }
    for id in promptIDs { _ = try tables.find(PromptRecord.self, id) }
    let weights = weights.flatMap { $0.isEmpty ? nil : $0 } ?? standardWeights(promptIDs, over: old)
    guard weights.count == promptIDs.count else {
      throw ToolError("weights has \(weights.count) numbers for \(promptIDs.count) prompt versions. Give one for each.")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw ToolError("weights are all 0, so no version would be drawn. Give one of them more.")
    }
    return zip(promptIDs, weights).map { ExperimentRecord.Arm(promptID: $0, weight: $1) }
  }
}

extension ExperimentTools {
  /// The weights that versions have, 1 for new ones; 1 for all where those that stay would get no traffic.
  private static func standardWeights(_ promptIDs: [Int], over old: [ExperimentRecord.Arm]) -> [Double] {
    let known = Dictionary(old.map { ($0.promptID, $0.weight) }) { first, _ in first }
    let weights = promptIDs.map { known[$0] ?? 1 }
    return weights.contains { $0 > 0 } ? weights : promptIDs.map { _ in 1 }
  }
}

extension Tables {
  /// A generation, or an error that says where to look.
  ///
  /// - Parameter experimentID: the experiment that must have made it; nil for any.
  func findGeneration(_ id: Int, ofExperiment experimentID: Int? = nil) throws(ToolError) -> GenerationEntry {
    if let entry = generations.entry(id), experimentID == nil || entry.experimentID == experimentID { return entry }
    let place = experimentID.map { " in experiment \($0)" } ?? ""
    throw ToolError(
      "No generation \(id)\(place). experiments_generate makes them; experiments_get with generations true lists them.")
  }
}

extension Transaction {
  /// Takes a prompt version out of all experiments, with what it generated there; an experiment that is left without any
  /// version goes with it.
  /// - Returns: how many experiments and generations are gone; nothing for a version that no experiment knows.
  mutating func removeFromExperiments(prompt id: Int) -> JSONObject {
    var (experiments, removed) = (0, 0)
    var isKnown = false
    for var experiment in tables.experiments.newestFirst {
      let takesPart = experiment.arms.contains { $0.promptID == id }
      isKnown = isKnown || takesPart
      experiment.arms.removeAll { $0.promptID == id }
      if takesPart, experiment.arms.isEmpty {
        removed += tables.generations.entries(ofExperiment: experiment.id).count
        experiments += 1
        delete(ExperimentRecord.self, id: experiment.id)
        continue
      }
      removed += deleteGenerations(ofExperiment: experiment.id, byPrompt: id)
      guard takesPart else { continue }
      experiment.updatedAt = now
      // The rest must be able to go on, even if it had no share so far.
      if !experiment.arms.contains(where: { $0.weight > 0 }) {
        experiment.arms = experiment.arms.map { .init(promptID: $0.promptID, weight: 1) }
      }
      put(experiment)
    }
    return isKnown || removed > 0 ? ["experiments": .int(experiments), "generations": .int(removed)] : [:]
  }
}
