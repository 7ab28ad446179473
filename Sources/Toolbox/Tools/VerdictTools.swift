import Evaluation
import JSONCoding
import MCP
import Store

/// `verdicts_*`: the scores that people give responses, which show how far a judge can be trusted.
struct VerdictTools {
  let services: Services

  var all: [Tool] { [list, create, delete] }

  private static let metricID = Field<Int?>.optional("metric_id", .id, "None: the run's score.")

  private enum List {
    static let runID = Field<Int?>.optional("run_id", .id, "Run.")
    static let metricID = Field<Int?>.optional("metric_id", .id, "Metric.")
  }

  /// The largest number of verdicts in a call.
  private static let mostVerdicts = 1000

  /// Wordings are long and mostly the same, so lists omit them.
  private static let listed = ListFields(
    shown: [
      "id", "run_id", "response_id", "row_index", "repeat", "metric_id", "metric_name", "score", "passed", "note",
      "blind", "created_at",
    ])

  private var list: Tool {
    Tool(
      name: "verdicts_list", title: "List verdicts", description: "List people's verdicts, newest first.",
      toolset: "responses", annotations: .reading, fields: [List.runID, List.metricID] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        try tables.page(
          VerdictRecord.self, arguments, view: Self.listed,
          where: { verdict in
            arguments[List.runID].isNilOr(verdict.runID)
              && (arguments[List.metricID] == nil || arguments[List.metricID] == verdict.metricID)
          },
          item: { $0.object(of: tables.responses.entry($0.responseID, ofRun: $0.runID)) })
      }
    }
  }

  // MARK: Create

  private enum Create {
    static let responseID = Field<Int?>.optional("response_id", .id, "Response.")
    static let score = Field<Double?>.optional("score", .number, "1 to 5, as the judge gives.")
    static let passed = Field<Bool?>.optional("passed", .boolean, "Where scores are 0 or 1.")
    static let note = Field<String?>.optional("note", .summary, "Reasons.")
    static let verdicts = Field<[JSONObject]?>.optional(
      "verdicts", .array(of: .freeObject), "Several, or exported ones.")

    static let single: [any ToolField] = [responseID, VerdictTools.metricID, score, passed, note]

    /// The members of exported verdicts, of which some only describe the verdict.
    static let runID = Field<Int?>.optional("run_id", .id, "Run.")
    static let row = Field<Int?>.optional("row_index", .integer(0...), "Row.")
    static let repeatIndex = Field<Int?>.optional("repeat", .integer(0...), "Which answer of the row.")
    static let metricName = Field<String?>.optional("metric_name", .string, "Name.")
    static let blind = Field<Bool?>.optional("blind", .boolean, "Whether it was given blind.")
    static let createdAt = Field<String?>.optional("created_at", .string, "Time.")
    static let fingerprint = Field<String?>.optional("fingerprint", .string, "Of the wording.")
    static let wording = Field<String?>.optional("wording", .string, "The criterion.")
    static let answer = Field<String?>.optional(VerdictExport.answer, .string, "Of the answer and its input.")
    static let described: [any ToolField] = [
      Field<Int?>.optional("id", .id, "Id."), Field<Double?>.optional("judge_score", .number, "The judge's."),
    ]
    static let exported =
      single + [runID, row, repeatIndex, metricName, blind, createdAt, fingerprint, wording, answer] + described
  }

  private var create: Tool {
    Tool(
      name: "verdicts_create", title: "Give a verdict",
      description:
        "Record a person's score of a response, which tests and corrects the judge's. Ask the person; get rows from "
        + "responses_list with order random and hide_scores.",
      toolset: "responses", annotations: .creating, fields: Create.single + [Create.verdicts]
    ) { [services] arguments, _ in
      let (drafts, isList) = try Self.drafts(arguments)
      let made = try await services.store.commit { transaction in
        let given = try transaction.createVerdicts(drafts)
        let runs = Set(given.map(\.verdict.runID)).compactMap { transaction.tables.runs[$0] }
        let scorings = Dictionary(uniqueKeysWithValues: runs.map { ($0.id, transaction.tables.scoring(of: $0)) })
        return given.map { Made($0, scorings[$0.verdict.runID]) }
      }
      let trust = try await services.trust(in: made)
      if !isList, let first = made.first {
        var object = first.object
        object["trust"] = trust.first.map(JSONValue.string)
        return object
      }
      return [
        "verdicts": .array(
          made.map { made in .object(JSONObject(made.object.members.filter { $0.key != "wording" })) }),
        "total": .int(made.count), "replaced": .int(made.count { $0.given.replaced != nil }),
        "trust": .array(trust.map(JSONValue.string)),
      ]
    }
  }

  /// A verdict that was recorded, with the judge's score.
  fileprivate struct Made: Sendable {
    let given: GivenVerdict
    private let judgeScore: Double?
    /// Whether it is about what the run is scored by, in the wording of these scores.
    private let counts: Bool

    init(_ given: GivenVerdict, _ scoring: RunScoring?) {
      self.given = given
      let metric = scoring?.allMetrics.first { $0.id == given.verdict.metricID ?? 0 }
      judgeScore =
        metric.map { scoring?.review(of: given.response, by: $0)?.score }
        ?? (given.verdict.metricID == nil ? scoring?.score(of: given.response) : nil)
      counts = scoring?.targets.contains { $0.matches(given.verdict) } ?? false
    }

    var object: JSONObject {
      var object = given.verdict.object(of: given.response)
      object["judge_score"] = .optional(judgeScore)
      if let replaced = given.replaced {
        object["replaced"] = replaced.score.map(JSONValue.double) ?? .bool(replaced.hasPassed ?? false)
      }
      if !counts {
        object["counts_note"] = .string(
          "It does not count beside the run's scores, which are by another wording or another metric. metrics_get shows "
            + "the wording of today; runs_judge scores the run by it.")
      }
      object["blind_note"] = given.blindnessDoubt.map { .string($0.sentence) }
      return object
    }
  }

  private static func drafts(_ arguments: Arguments) throws -> (drafts: [VerdictDraft], isList: Bool) {
    guard let list = arguments[Create.verdicts] else { return ([try draft(arguments)], false) }
    guard !Create.single.contains(where: arguments.hasValue) else {
      throw ToolError("Give one verdict by response_id, or several in verdicts, not both.")
    }
    guard !list.isEmpty else {
      throw ToolError("verdicts is empty. Give each as an object with response_id and score.")
    }
    guard list.count <= mostVerdicts else {
      throw ToolError(
        "verdicts has \(list.count), and a call takes \(mostVerdicts). Give them in several calls.")
    }
    return (
      try list.map { object in
        try draft(Arguments(object, fields: Create.exported.map(\.declaration), tool: Create.verdicts.name))
      }, true
    )
  }

  private static func draft(_ arguments: Arguments) throws -> VerdictDraft {
    var draft: VerdictDraft
    if let id = arguments[Create.responseID] {
      draft = VerdictDraft(.response(id))
    } else if let run = arguments[Create.runID], let row = arguments[Create.row] {
      draft = VerdictDraft(.row(AnswerKey(rowIndex: row, repeatIndex: arguments[Create.repeatIndex] ?? 0), run: run))
    } else {
      throw ToolError("response_id is missing: the response to give a verdict on. responses_list shows their ids.")
    }
    draft.metricID = arguments[metricID]
    draft.score = arguments[Create.score]
    draft.hasPassed = arguments[Create.passed]
    draft.note = arguments[Create.note].nonEmpty
    (draft.answer, draft.rowIndex) = (arguments[Create.answer].nonEmpty, arguments[Create.row])
    draft.runID = arguments[Create.runID]
    // Only an exported verdict, which has its wording, tells how it was given.
    draft.isBlind = arguments[Create.blind] == true && arguments[Create.fingerprint].nonEmpty != nil
    if let fingerprint = arguments[Create.fingerprint].nonEmpty {
      draft.origin = VerdictDraft.Origin(
        metricName: arguments[Create.metricName] ?? "", fingerprint: fingerprint, wording: arguments[Create.wording],
        createdAt: arguments[Create.createdAt].flatMap { Timestamp(parsing: $0) })
    }
    return draft
  }

  // MARK: Delete

  private static let id = Field.id(of: .verdicts)

  private var delete: Tool {
    Tool(
      name: "verdicts_delete", title: "Delete verdict", description: "Delete a verdict.", toolset: "responses",
      annotations: .deleting, fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      let id = arguments[Self.id]
      let verdict = try await services.store.read { try $0.find(VerdictRecord.self, id) }
      let result = try await Deletion.perform(VerdictRecord.self, id: id, arguments, with: services, context)
      // Giving the verdict has shown the judge's score, so another one is not blind.
      if !arguments[Deletion.dryRun] {
        await services.recordDisplay(.told, of: [verdict.responseID], ofRun: verdict.runID)
      }
      return result
    }
  }
}

extension Services {
  /// What the verdicts so far say of the judge, one sentence for each run and criterion of some new ones.
  fileprivate func trust(in made: [VerdictTools.Made]) async throws -> [String] {
    var sentences: [String] = []
    for run in Set(made.map(\.given.verdict.runID)).sorted() {
      let verdicts = made.map(\.given.verdict).filter { $0.runID == run }
      let trust = try await view(ofRun: run).trust()
      sentences += trust.filter { trust in verdicts.contains(where: trust.target.matches) }.map { trust in
        "Run \(run), \(trust.target.name): \(trust.sentence)"
      }
    }
    return sentences
  }
}
