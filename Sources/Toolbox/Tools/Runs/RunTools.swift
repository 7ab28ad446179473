import Evaluation
import JSONCoding
import MCP
import Store

/// The `runs_*` tools that read, change and delete; ``RunCreationTool`` and ``RunGenerationTools`` have the others.
struct RunTools {
  let services: Services

  static let id = Field.id(of: .runs)

  var all: [Tool] {
    let generation = RunGenerationTools(services: services)
    return [list, generation.get, RunCreationTool(services: services).create, update, delete, generation.generate]
  }

  /// The tools that judge, compare and cancel; they are listed after the CRUD tools in tools.json.
  var evaluation: [Tool] {
    let generation = RunGenerationTools(services: services)
    return [generation.cancel, generation.judge, RunComparisonTool(services: services).compare]
  }

  private enum List {
    /// A run that waits for its provider's batches is listed among the running ones.
    static let status = Field<String?>.optional(
      "status", .choice(of: RunStatus.allCases.filter { $0 != .waiting }.map(\.rawValue)), "Only these.")

    /// The word by which runs of a status are sought.
    static func word(_ status: RunStatus) -> String { (status == .waiting ? .running : status).rawValue }
    static let promptID = Field<Int?>.optional("prompt_id", .id, "Only runs of this prompt version.")
    static let datasetID = Field<Int?>.optional("dataset_id", .id, "Only runs of this dataset.")
    static let frontier = Field<Bool>.defaulted(
      "frontier", .boolean, default: false, "With dataset_id: the runs unbeaten in both score and cost.")
  }

  /// The fields that identify runs, and their results.
  private static let listed = ListFields(
    shown: [
      "id", "name", "status", "prompt_id", "dataset_id", "model", "judge_model", "scoring", "created_at",
      "responses_count", "avg_score", "score_doubt", "scored", "failed", "metric_averages", "progress_current",
      "progress_total",
      "failure_summary",
      "error_message", "total_cost", "warnings", "tags",
    ], always: ["avg_score"])

  private var list: Tool {
    Tool(
      name: "runs_list", title: "List runs", description: "List runs with status, scores and cost, newest first.",
      toolset: "runs", annotations: .reading,
      fields: [
        List.status, List.promptID, List.datasetID, List.frontier,
      ] + TagNames.filters + Paging.all
    ) { [services] arguments, _ in
      let abandoned = try await services.abandonedRuns()
      let isListed = { @Sendable (tables: Tables) throws -> (RunRecord) -> Bool in
        let isTagged: (RunRecord) -> Bool = try tables.tagFilter(arguments)
        // Read once, not for each of thousands of runs.
        let (status, prompt, dataset) = (
          arguments[List.status], arguments[List.promptID], arguments[List.datasetID]
        )
        return { run in
          let isInterrupted = run.status == .running && abandoned.contains(run.id)
          return isTagged(run) && status.isNilOr(List.word(isInterrupted ? .failed : run.status))
            && prompt.isNilOr(run.promptID) && (dataset == nil || dataset == run.datasetID)
        }
      }
      if arguments[List.frontier] {
        guard let datasetID = arguments[List.datasetID] else { throw ToolError("frontier needs a dataset_id.") }
        if let field = Paging.all.first(where: arguments.hasValue) {
          throw ToolError("frontier shows all its runs at once, so \(field.name) has no effect. Leave it out.")
        }
        return try await services.frontier(of: datasetID, where: isListed, abandoned: abandoned)
      }
      return try await services.store.page(
        RunRecord.self, arguments, view: Self.listed, optional: RunView.optionalMembers, where: isListed,
        gather: { run, tables in
          services.runItems.material(of: run, isAbandoned: abandoned.contains(run.id), in: tables)
        },
        item: { material in
          // Only a single run has a forecast, which needs its plan.
          try services.runItems.object(material) { view in try view.object(hasForecast: false) }
        })
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
  }

  private var update: Tool {
    Tool(
      name: "runs_update", title: "Update run",
      description: """
        Change a run. Once it has responses only name, tags, max_cost, metrics, judge and scoring can change; another scoring or \
        expected_column scores them again. repeats can rise, batch be false, stop_against go (null). null: a setting goes \
        back to the prompt's value or the default (judge, model, metrics and scoring stay); "": none.
        """,
      toolset: "runs", annotations: .updating,
      fields: [Self.id, Update.name] + RunSettings.fields.described(by: "runs_create")
    ) { [services] arguments, _ in
      let id = arguments[Self.id]
      let startedAt = try await services.store.read { try $0.find(RunRecord.self, id).startedAt }
      let wasLive = try await services.isLive(run: id)
      let rescoring = try await services.rescoring(ofRun: id, arguments, isLive: wasLive)
      let note = try await services.store.commit { transaction in
        var run = try transaction.tables.find(RunRecord.self, id)
        // It may have been started since it was looked at.
        let isLive = wasLive || run.startedAt != startedAt
        let hasResponses = !transaction.tables.responses.entries(ofRun: id).isEmpty
        if isLive || hasResponses {
          let fixed =
            try RunSettings.fixedFields(in: arguments, of: run, isLive: isLive)
            + (isLive ? RunSettings.scoringFields(in: arguments) : [])
          guard fixed.isEmpty else {
            throw ToolError(RunSettings.refusal(ofChanging: fixed, of: run, isLive: isLive))
          }
        }
        // The earlier request no longer matters once it has no results.
        if !isLive, !hasResponses { run.snapshot = nil }
        run.name = try arguments.text(Update.name) ?? run.name
        let old = run
        try RunSettings.apply(arguments, to: &run, standardJudge: services.judgeModel, in: &transaction)
        if RunSettings.Judge(of: run) != RunSettings.Judge(of: old) {
          try transaction.recordJudge(ofRun: id, old.judgeModel)
        }
        // A run can be renamed even if its prompt or dataset is gone.
        if hasResponses ? RunSettings.decideScores(arguments, of: run) : RunSettings.changes(old, to: run) {
          try RunSettings.check(run, hasResponses: hasResponses, in: transaction.tables)
          if !hasResponses { try services.checkServing(run, in: transaction.tables) }
        }
        // The check reads which columns the answers had.
        if !isLive { try rescoring?.apply(in: &transaction) }
        run.updatedAt = transaction.now
        transaction.put(run)
        // A run that is being planned is planned anew, by the new limit.
        let hasBegun = run.status.isUnderWay || run.isAtWork
        return isLive && hasBegun && run.maxCost != old.maxCost ? RunSettings.note(onLimitOf: run) : nil
      }
      var object =
        try await RunSettings.nameModels(arguments)
        ? services.objectWithRemarks(ofRun: id) : services.object(ofRun: id)
      if let note { object.addWarning(note) }
      return object
    }
  }

  private var delete: Tool {
    Tool(
      name: "runs_delete", title: "Delete run",
      description: "Delete a run with its responses; a running one is cancelled first.", toolset: "runs",
      annotations: .deleting, fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      try await Deletion.perform(RunRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}

extension Services {
  /// The frontier of score and cost over the runs of a dataset that pass a filter.
  fileprivate func frontier(
    of datasetID: Int, where filter: @escaping @Sendable (Tables) throws -> (RunRecord) -> Bool, abandoned: Set<Int>
  ) async throws -> JSONObject {
    let (sources, dataset) = try await store.read { tables in
      let dataset = try tables.find(DatasetRecord.self, datasetID)
      let runs = tables.runs.newestFirst.filter(try filter(tables))
      let sources = runs.map { run in
        ComparedRun.Source(run, comparedWith: nil, isAbandoned: abandoned.contains(run.id), in: tables)
      }
      return (sources, dataset)
    }
    return FrontierProjection.object(
      try Frontier(sources.map(ComparedRun.init), of: dataset), datasetID: datasetID)
  }

  /// The new scores of a run's answers by the arguments of `runs_update`, computed outside the store; nil if no score
  /// changes.
  fileprivate func rescoring(ofRun id: Int, _ arguments: Arguments, isLive: Bool) async throws -> Rescoring? {
    if isLive { return nil }
    let (old, new, scoring, entries, dataset) = try await store.read { [judgeModel] tables in
      let old = try tables.find(RunRecord.self, id)
      var new = old
      try RunSettings.applyScoring(arguments, to: &new, standardJudge: judgeModel, in: tables)
      let entries = tables.responses.entries(ofRun: id)
      if new != old, !entries.isEmpty { try RunSettings.check(new, hasResponses: true, in: tables) }
      return (old, new, tables.scoring(of: new), entries, old.datasetID.flatMap { tables.datasets[$0] })
    }
    // The same scoring scores answers again whose scores come from an earlier rule.
    return new == old && !RunSettings.decideScores(arguments, of: new) && scoring.checks.isEmpty
      ? nil : try await Rescoring(from: old, to: new, by: scoring, entries, dataset)
  }
}
