import Evaluation
import JSONCoding
import JSONRPC
import MCP
import Store

/// `runs_generate` and `runs_get`: the tools that can wait for a run.
struct RunGenerationTools {
  let services: Services

  /// The links of every result about a run.
  static let links = ResourceURI.links(.report, .responsesCSV)

  private static func wait(default seconds: Double) -> Field<Double> {
    Field<Double>.defaulted(
      "wait_seconds", .number(0...600), default: seconds, "Longest wait for its end.")
  }

  private enum Generate {
    static let wait = RunGenerationTools.wait(default: 30)
    static let restart = Field<Bool>.defaulted(
      "restart", .boolean, default: false, "Discard all responses and begin again; max_cost counts them.")
    static let retryFailed = Field<Bool>.defaulted(
      "retry_failed", .boolean, default: false, "Try all failed rows and reviews again.")
  }

  var generate: Tool {
    Tool(
      name: "runs_generate", title: "Generate run",
      description: """
        Run an eval: generate and score a run's responses. Starts a pending run, resumes a failed or cancelled one, \
        attaches to a running one. Returns its state after wait_seconds.
        """,
      toolset: "runs", annotations: .spendingOrDiscarding,
      fields: [
        RunTools.id, Generate.wait, Generate.restart,
        Generate.retryFailed, Deletion.confirm,
      ], ordering: .orderedUntilBegun, links: Self.links, isTask: true
    ) { [services] arguments, context in
      let id = arguments[RunTools.id]
      _ = try await services.store.read { try $0.find(RunRecord.self, id).id }
      var options = RunEngine.Options(
        restart: arguments[Generate.restart], retryFailed: arguments[Generate.retryFailed])
      if options.restart, !arguments[Deletion.confirm] {
        options.agreedLoss = try await Deletion.agreeToRestart(ofRun: id, with: services, context)
      }
      let start = try await services.engine.generate(run: id, options: options, onRegistered: context.begun)
      try await Self.follow(id, seconds: arguments[Generate.wait], services, context)
      // Cancelling the call that started a run stops the run; cancelling one that only watched it does not.
      if Task.isCancelled, start == .started { try await services.engine.cancel(run: id) }
      var object = try await services.object(ofRun: id, rows: .preview)
      if start == .attached, options.retryFailed { object.addWarning(Self.noteOnRetrying) }
      return object
    }
  }

  /// What became of retry_failed in a call that found the run under way.
  private static let noteOnRetrying =
    "retry_failed had no effect: the run was already under way, and it goes on as it was started. If failures are left when "
    + "it has ended, call runs_generate with retry_failed again."

  private enum Judge {
    static let metricIDs = Field<[Int]?>.optional(
      "metric_ids", .array(of: .id), "Metrics in place of the run's.")
    static let model = Field<String?>.optional(
      "judge_model", .name, "Model that judges; replaces the run's, except with against.")
    static let against = Field<Int?>.optional(
      "against", .id, "Run to compare answers with, in both orders (pairwise).")
    static let dryRun = Field<Bool>.defaulted("dry_run", .boolean, default: false, "Only tell calls and cost.")
      .selfExplaining
  }

  var judge: Tool {
    Tool(
      name: "runs_judge", title: "Judge run again",
      description: """
        Judge a run's responses again, by other metrics or another judge; dry_run tells calls and cost.
        """,
      toolset: "runs", annotations: .spending,
      fields: [
        RunTools.id, Judge.metricIDs, Judge.model, Judge.against, Judge.dryRun,
      ] + RunSettings.plan.fields(.reviews, .trust).described(by: "runs_create") + [Generate.wait],
      ordering: .orderedUntilBegun, links: Self.links, isTask: true
    ) { [services] arguments, context in
      let id = arguments[RunTools.id]
      let judging = try await services.store.read { tables in
        _ = try tables.find(RunRecord.self, id)
        return RunEngine.Judging(
          metricIDs: try arguments[Judge.metricIDs].map { try tables.checkedMetrics($0) },
          judgeModel: try arguments[Judge.model].nonEmpty?.notBlank(Judge.model.name),
          settings: RunSettings.plan.changes(in: arguments, .reviews, .trust), against: arguments[Judge.against])
      }
      let busy = ToolError("Run \(id) is being generated. Wait for it with runs_get, or stop it with runs_cancel.")
      if arguments[Judge.dryRun] {
        if try await services.isLive(run: id) { throw busy }
        return try await services.engine.outlook(ofJudging: id, judging).json(services.view(ofRun: id))
      }
      let start = try await services.engine.generate(
        run: id, options: RunEngine.Options(judging: judging), onRegistered: context.begun)
      guard start != .attached else { throw busy }
      try await Self.follow(id, seconds: arguments[Generate.wait], services, context)
      if Task.isCancelled, start == .started { try await services.engine.cancel(run: id) }
      if let other = judging.against {
        var object = try await services.object(ofRun: id)
        object["pairwise"] = .array(try await services.pairwise(ofRun: id, with: other).map(\.json))
        return object
      }
      return try await judging.judgeModel == nil && judging.settings.isEmpty
        ? services.object(ofRun: id) : services.objectWithRemarks(ofRun: id, onlyJudge: true)
    }
  }

  var cancel: Tool {
    Tool(
      name: "runs_cancel", title: "Cancel run",
      description: "Stop a run: calls under way finish, results stay, runs_generate resumes it.",
      toolset: "runs", annotations: .marking, fields: [RunTools.id]
    ) { [services] arguments, _ in
      let id = arguments[RunTools.id]
      _ = try await services.store.read { try $0.find(RunRecord.self, id).id }
      try await services.engine.cancel(run: id)
      return try await services.object(ofRun: id)
    }
  }

  private static let waitForGet = wait(default: 0)
  private static let results = Field<Bool?>.optional(
    "results", .boolean, "result_items: true: first page, false: none; else 5 of an ended run.")

  var get: Tool {
    Tool(
      name: "runs_get", title: "Get run",
      description: "Get a run: status, progress, scores, failures, cost; or wait for its end.",
      toolset: "runs", annotations: .reading,
      fields: [RunTools.id, Self.waitForGet, Self.results, RunGate.field, Paging.fields],
      ordering: .concurrentWith(argument: Self.waitForGet.name), links: Self.links, app: ReportApp.app
    ) { [services] arguments, context in
      let id = arguments[RunTools.id]
      let gate = try RunGate(arguments)
      _ = try await services.store.read { try $0.find(RunRecord.self, id).id }
      await services.engine.followWaiting(run: id)
      try await Self.follow(id, seconds: arguments[Self.waitForGet], services, context)
      let rows: ResponseRows.Portion = arguments[Self.results].map { $0 ? .page : .none } ?? .preview
      return try await services.object(ofRun: id, for: arguments, rows: rows, gate: gate)
    }
  }

  private static func follow(_ id: Int, seconds: Double, _ services: Services, _ context: ToolContext) async throws {
    context.begun()
    if context.isTask { return }
    guard context.wantsProgress else {
      return try await services.engine.wait(forRun: id, seconds: seconds, onProgress: nil)
    }
    let pace = ProgressThrottle(clock: services.clock) { (progress: RunProgress) in
      context.report(Double(progress.current), of: Double(progress.total), message: progress.sentence)
    }
    try await pace.follow { report in try await services.engine.wait(forRun: id, seconds: seconds, onProgress: report) }
  }
}
