import Evaluation
import JSONCoding
import MCP
import Store

/// `sessions_*`: the conversations logged by `chat_completions_create`.
struct SessionTools {
  let services: Services

  private static let id = Field<Int?>.optional("id", .id, "Session id.")
  private static let key = Field<String?>.optional("session_id", .name, "The session's name, in place of its id.")

  var all: [Tool] { [list, get, delete] }

  // MARK: Reading

  private var list: Tool {
    Tool(
      name: "sessions_list", title: "List sessions",
      description: "List sessions, the logged conversations, newest first.",
      toolset: "chat", annotations: .reading, fields: Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let exchanges = tables.exchangesBySession
        return try tables.page(SessionRecord.self, arguments, optional: ["known_cost", "warnings"]) {
          $0.object(exchanges[$0.id] ?? [])
        }
      }
    }
  }

  private static let exchangeID = Field<Int?>.optional(
    "exchange_id", .id, "Show this exchange instead, in full.")

  private var get: Tool {
    Tool(
      name: "sessions_get", title: "Get session",
      description: "Get a session, a logged conversation, with its exchanges, oldest first.", toolset: "chat",
      annotations: .reading,
      fields: [Self.id, Self.key, Self.exchangeID] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let session = try Self.find(arguments, in: tables)
        if let id = arguments[Self.exchangeID] {
          let exchange = try tables.exchange(id, ofSession: session.id)
          return try arguments.selection(of: exchange.object)
        }
        let exchanges = tables.exchanges(ofSession: session.id)
        let page = try Paging.page(
          "exchanges", exchanges, arguments, known: SessionExchangeRecord().object.keys, position: { "\($0.id)" },
          behind: { cursor in Int(cursor).map { id in { $0.id > id } } }, item: { $0.object })
        return JSONObject(session.object(exchanges).members + page.members)
      }
    }
  }

  // MARK: Writing

  private var delete: Tool {
    Tool(
      name: "sessions_delete", title: "Delete session",
      description: "Delete a session with its exchanges.", toolset: "chat",
      annotations: .deleting, fields: [Self.id, Self.key] + Deletion.fields,
      ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      let id = try await services.store.read { try Self.find(arguments, in: $0).id }
      return try await Deletion.perform(SessionRecord.self, id: id, arguments, with: services, context)
    }
  }

  private static func find(
    _ arguments: Arguments, in tables: borrowing Tables
  ) throws(EvaluationError) -> SessionRecord {
    try tables.session(id: arguments[id], named: arguments[key].nonEmpty)
  }
}
