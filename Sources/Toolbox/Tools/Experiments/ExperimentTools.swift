import Evaluation
import JSONCoding
import MCP
import Store

/// The `experiments_*` tools that create, show, change and delete; ``ExperimentGenerationTools`` has the others.
struct ExperimentTools {
  let services: Services

  private static let id = Field.id(of: .experiments)
  private static let weights = Field<[Double]?>.optional(
    "weights", .array(of: .number(0...1_000_000)), "Shares for fixed allocation, one a version; equal unless given.")

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
      try await store.page(
        ExperimentRecord.self, arguments,
        where: { _ in { arguments[Self.statusFilter].isNilOr($0.status) } },
        gather: { ExperimentView($0, in: $1) }, item: \.summary)
    }
  }

  private enum Get {
    static let generations = Field<Bool>.defaulted(
      "generations", .boolean, default: false, "List its generations instead, newest first.")
    static let generationID = Field<Int?>.optional(
      "generation_id", .id, "Show this recorded generation instead, in full.")
  }

  private var get: Tool {
    Tool(
      name: "experiments_get", title: "Get experiment",
      description: """
        Get an experiment: each version's outcomes, rate, cost, probability of being best, and a verdict_word: \
        enough, little_to_lose or not_enough.
        """,
      toolset: "experiments", annotations: .reading,
      fields: [Self.id, Get.generations, Get.generationID] + Paging.all, app: ReportApp.app
    ) { [store = services.store] arguments, _ in
      let id = arguments[Self.id]
      if let generationID = arguments[Get.generationID] {
        let entry = try await store.read { tables in
          try tables.generation(generationID, ofExperiment: tables.find(ExperimentRecord.self, id).id)
        }
        return try arguments.selection(of: entry.decoded().object)
      }
      if arguments[Get.generations] {
        let entries = try await store.read { tables in
          try tables.generations.entries(of: tables.find(ExperimentRecord.self, id).id)
        }
        return try Self.page(of: entries, arguments)
      }
      let view = try await store.read { ExperimentView(try $0.find(ExperimentRecord.self, id), in: $0) }
      return try arguments.selection(of: view.object)
    }
  }

  private static func page(of entries: [GenerationEntry], _ arguments: Arguments) throws -> JSONObject {
    try Paging.page(
      "generations", entries.reversed(), arguments,
      known: GenerationRecord().summary.keys, position: { "\($0.id)" },
      behind: { cursor in Int(cursor).map { id in { $0.id < id } } }, item: { try $0.decoded().summary })
  }

  // MARK: Writing

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the experiment.")
    static let promptIDs = Field<[Int]>.required(
      "prompt_ids", .array(of: .id), "2 to \(ExperimentRecord.mostVersions) prompt versions to compare.")
    static let allocation = Field<String>.defaulted(
      "allocation", .choice(of: ExperimentRecord.Allocation.allCases.map(\.rawValue)),
      default: ExperimentRecord.Allocation.fixed.rawValue,
      "fixed: by weights, best for a verdict; adaptive: ever more to the version with the best outcomes.")
    static let status = Field<String>.defaulted(
      "status", .choice(of: ExperimentRecord.Status.allCases.map(\.rawValue)),
      default: ExperimentRecord.Status.running.rawValue, "Only a running one generates.")
  }

  private var create: Tool {
    Tool(
      name: "experiments_create", title: "Create experiment",
      description: """
        Share real traffic among prompt versions to find the best by its outcomes, where no dataset can tell: \
        experiments_generate, then experiments_feedback.
        """,
      toolset: "experiments", annotations: .creating,
      fields: [
        Create.name, Create.promptIDs, Self.weights, Create.allocation,
        Create.status,
      ]
    ) { [services] arguments, _ in
      let (view, models) = try await services.store.commit { transaction in
        let promptIDs = arguments[Create.promptIDs]
        let experiment = try transaction.createExperiment(
          name: arguments[Create.name].notBlank("name"), promptIDs: promptIDs, weights: arguments[Self.weights],
          allocation: .init(rawValue: arguments[Create.allocation]) ?? .fixed,
          status: .init(rawValue: arguments[Create.status]) ?? .running)
        let models = promptIDs.compactMap { transaction.tables.prompts[$0]?.llmModel }
        return (ExperimentView(experiment, in: transaction.tables), models)
      }
      var object = view.object
      try await services.addRemarks(on: models.map { ModelNotes.Choice(name: $0) }, to: &object)
      return object
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
    static let promptIDs = Field<[Int]?>.optional(
      "prompt_ids", .array(of: .id),
      "Replaces the versions; remaining ones keep their weights, removed ones their generations.")
    static let allocation = Field<ExperimentRecord.Allocation?>.optional(
      "allocation", .choice, "How versions are drawn from now on.")
    static let status = Field<ExperimentRecord.Status?>.optional("status", .choice, "Only a running one generates.")
  }

  private var update: Tool {
    Tool(
      name: "experiments_update", title: "Update experiment",
      description: "Change an experiment: pause or complete it, change its versions or shares.",
      toolset: "experiments", annotations: .updating,
      fields: [
        Self.id, Update.name, Update.promptIDs, Self.weights,
        Update.allocation, Update.status,
      ].described(by: "experiments_create")
    ) { [store = services.store] arguments, _ in
      let change = ExperimentChange(
        name: try arguments.text(Update.name), promptIDs: arguments[Update.promptIDs],
        weights: arguments[Self.weights], allocation: arguments[Update.allocation], status: arguments[Update.status])
      let view = try await store.commit { transaction in
        ExperimentView(try transaction.updateExperiment(arguments[Self.id], change), in: transaction.tables)
      }
      return view.object
    }
  }

  private var delete: Tool {
    Tool(
      name: "experiments_delete", title: "Delete experiment",
      description: "Delete an experiment with its generations.", toolset: "experiments",
      annotations: .deleting, fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      try await Deletion.perform(ExperimentRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}
