import Evaluation
import JSONCoding
import MCP
import Store

/// `responses_*`: the answers of a run's model, row by row.
struct ResponseTools {
  let services: Services

  private static let runID = Field<Int>.required("run_id", .id, "Run id.")

  var all: [Tool] { [list, get] }

  /// The order of a list of responses.
  private enum Order: String, CaseIterable, Sendable {
    case row, score
    case scoreDescending = "score_desc"
    case random

    /// Whether one row precedes another; rows without a score are last in either direction of scores.
    func precedes(_ left: ResponseRows.Row, _ right: ResponseRows.Row) -> Bool {
      self == .random ? DrawOrder.precedes(left.key, right.key) : key(left) < key(right)
    }

    /// Whether it tells something about scores.
    var isByScore: Bool { [.score, .scoreDescending].contains(self) }

    private func key(_ row: ResponseRows.Row) -> (Double, AnswerKey) {
      switch self {
      case .row, .random: (0, row.key)
      case .score: (row.score ?? .infinity, row.key)
      case .scoreDescending: (row.score.map { -$0 } ?? .infinity, row.key)
      }
    }
  }

  private enum List {
    static let status = Field<ResponseStatus?>.optional("status", .choice, "Only responses of this status.")
    static let minimum = Field<Double?>.optional("min_score", .number, "Only scores of at least this.")
    static let maximum = Field<Double?>.optional("max_score", .number, "Only scores of at most this.")
    static let order = Field<String>.defaulted(
      "order", .choice(of: Order.allCases.map(\.rawValue)), default: Order.row.rawValue,
      "score: worst first.")
    static let withoutVerdict = Field<Bool>.defaulted(
      "without_verdict", .boolean, default: false, "Only answers without a verdict.")
    static let hideScores = Field<Bool>.defaulted(
      "hide_scores", .boolean, default: false, "Show no scores and reviews.")
  }

  /// The row, its answer and its score, without the values that are the same for all rows of the run.
  private static let listed = ListFields(
    shown: [
      "id", "row_index", "repeat", "reused_from", "datapoint_id", "input_data", "response_text", "expected_output",
      "status", "score",
      "reviewed",
      "reviews", "error", "text_beside_calls", "schema_fault", "latency_ms", "usage", "judge_usage", "tokens", "cost",
      "warnings", "output", "expected",
    ], always: ["response_text", "score", "error", "output"])

  private var list: Tool {
    Tool(
      name: "responses_list", title: "List responses",
      description: "List a run's responses with scores and reviews; order by score to see the weakest first.",
      toolset: "responses", annotations: .reading,
      fields: [
        Self.runID, List.status, List.minimum, List.maximum,
        List.order, List.withoutVerdict, List.hideScores,
      ] + Paging.all, hasLongResults: true
    ) { [services] arguments, _ in
      let all = try await services.responseRows(ofRun: arguments[Self.runID])
      let order = Order(rawValue: arguments[List.order]) ?? .row
      let isHidden = arguments[List.hideScores]
      let shown = all.rows.filter { row in
        arguments[List.status].isNilOr(row.status)
          && arguments[List.minimum].map { minimum in row.score.map { $0 >= minimum } ?? false } ?? true
          && arguments[List.maximum].map { maximum in row.score.map { $0 <= maximum } ?? false } ?? true
          && (!arguments[List.withoutVerdict] || all.lacksVerdict(row))
      }
      var listed: [Int] = []
      let page = try Paging.page(
        "responses", shown.sorted(by: order.precedes), arguments,
        known: all.projection.listed(ResponseRecord()).keys.with(ResponseProjection.optionalMembers),
        view: Self.listed, position: { Self.position(of: $0.key) },
        behind: { cursor in
          let last = all.rows.first { cursor == Self.position(of: $0.key) }
          return last.map { last in { order.precedes(last, $0) } }
        },
        item: { row in
          if let id = row.id { listed.append(id) }
          let object = all.projection.listed(try all.response(of: row))
          return isHidden ? object.hidingScores : object
        })
      // Rows chosen or ordered by their scores tell them.
      let isTelling = order.isByScore || arguments[List.minimum] != nil || arguments[List.maximum] != nil
      let way: DisplayRecord.Way = isTelling || !isHidden && arguments.showsScores ? .scored : .hidden
      await services.recordDisplay(way, of: listed, ofRun: arguments[Self.runID])
      return page
    }
  }

  /// A cursor for the list: `row7`, `row7.2`.
  private static func position(of key: AnswerKey) -> String {
    "row\(key.rowIndex)" + (key.repeatIndex == 0 ? "" : ".\(key.repeatIndex)")
  }

  private enum Get {
    static let id = Field.id(of: .responses)
  }

  private var get: Tool {
    Tool(
      name: "responses_get", title: "Get response",
      description: "Get a run's response: input, sent prompt, answer, score, cost, reviews by earlier judges too.",
      toolset: "responses", annotations: .reading,
      fields: [
        Self.runID, Get.id, TextOffset.field, Paging.fields,
      ]
    ) { [services] arguments, _ in
      let object = try await services.store.read { tables in
        let run = try tables.find(RunRecord.self, arguments[Self.runID])
        let id = arguments[Get.id]
        guard let entry = tables.responses.entry(id, ofRun: run.id) else {
          let ids = tables.responses.entries(ofRun: run.id).map(\.id)
          let range = ids.first.map { "Its responses have ids from \($0) to \(ids.last ?? $0)." } ?? "It has none yet."
          throw ToolError("No response \(id) in run \(run.id). \(range) responses_list shows all.")
        }
        let projection = ResponseProjection(run: run, scoring: tables.scoring(of: run))
        let object = projection.object(try entry.decoded(), isWhole: true)
        return try TextOffset.apply(
          arguments, to: "response_text",
          of: arguments.selection(of: object, optional: ResponseProjection.optionalMembers))
      }
      if arguments.showsScores {
        await services.recordDisplay(.scored, of: [arguments[Get.id]], ofRun: arguments[Self.runID])
      }
      return object
    }
  }
}

extension Arguments {
  /// Whether the fields that a call asks for tell the scores of responses.
  fileprivate var showsScores: Bool {
    guard let fields = self[Paging.fields], !fields.isEmpty else { return true }
    return fields.contains("score") || fields.contains("reviews")
  }
}

extension JSONObject {
  /// A response without its scores and reviews.
  fileprivate var hidingScores: JSONObject {
    JSONObject(
      members.map { member in
        switch member.key {
        case "score", "reviews", "reviewed": JSONObject.Member(key: member.key, value: .null)
        default: member
        }
      })
  }
}
