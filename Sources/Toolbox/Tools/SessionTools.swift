import Evaluation
import JSONCoding
import MCP
import Store

/// `sessions_*`: the conversations that `chat_completions_create` has logged.
struct SessionTools {
  let kit: Kit

  private static let id = Field<Int?>.optional("id", .integer(1...), "Session id.")
  private static let key = Field<String?>.optional("session_id", .string, "The session's name, in place of its id.")

  var all: [Tool] { [list, get, delete] }

  // MARK: Reading

  private var list: Tool {
    Tool(
      name: "sessions_list", title: "List sessions", description: "List logged conversations, newest first.",
      toolset: "chat", annotations: .reading, fields: Paging.all
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        let exchanges = tables.exchangesBySession
        return try tables.page(SessionRecord.self, arguments) { $0.object(exchanges[$0.id] ?? []) }
      }
    }
  }

  private static let exchangeID = Field<Int?>.optional(
    "exchange_id", .integer(1...), "Show this exchange instead, in full.")

  private var get: Tool {
    Tool(
      name: "sessions_get", title: "Get a session",
      description: "Get a logged conversation with its exchanges, oldest first.", toolset: "chat",
      annotations: .reading,
      fields: [Self.id.declaration, Self.key.declaration, Self.exchangeID.declaration] + Paging.all
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        let session = try Self.find(arguments, in: tables)
        let exchanges = tables.exchanges(ofSession: session.id)
        if let id = arguments[Self.exchangeID] {
          guard let exchange = exchanges.first(where: { $0.id == id }) else {
            throw ToolError("No exchange \(id) in session \(session.id). sessions_get without exchange_id lists them.")
          }
          return Clipping.fit(exchange.object)
        }
        let page = try Paging.page(
          "exchanges", exchanges, arguments, position: { "\($0.id)" },
          behind: { cursor in Int(cursor).map { id in { $0.id > id } } }, item: { $0.object })
        return JSONObject(session.object(exchanges).members + page.members)
      }
    }
  }

  // MARK: Writing

  private var delete: Tool {
    Tool(
      name: "sessions_delete", title: "Delete a session",
      description: "Delete a logged conversation with all that was said in it.", toolset: "chat",
      annotations: .deleting, fields: [Self.id.declaration, Self.key.declaration, Deletion.dryRun.declaration]
    ) { [store = kit.store] arguments, _ in
      let id = try await store.read { try Self.find(arguments, in: $0).id }
      return try await Deletion.perform(id, dryRun: arguments[Deletion.dryRun], in: store) { transaction in
        _ = try transaction.tables.find(SessionRecord.self, id)
        return ["sessions": 1, "exchanges": .int(transaction.deleteSession(id))]
      }
    }
  }

  /// The session that a call names by its id or by its name.
  private static func find(_ arguments: Arguments, in tables: borrowing Tables) throws(ToolError) -> SessionRecord {
    switch (arguments[id], arguments[key].nonEmpty) {
    case (let id?, nil): return try tables.find(SessionRecord.self, id)
    case (nil, let key?):
      if let session = tables.session(named: key) { return session }
      throw .noneNamed(key, .sessions, among: tables.sessions.newestFirst, isAmbiguous: false)
    case (_?, _?): throw ToolError("Give either id or session_id, not both.")
    case (nil, nil): throw ToolError("id is missing: the session's, or its session_id. sessions_list shows all.")
    }
  }
}
