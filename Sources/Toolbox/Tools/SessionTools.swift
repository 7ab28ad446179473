import Evaluation
import JSONCoding
import MCP
import Store

/// `sessions_*`: the conversations that `chat_completions_create` has logged.
struct SessionTools {
  let services: Services

  private static let id = Field<Int?>.optional("id", .integer(1...), "Session id.")
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
        return try tables.page(SessionRecord.self, arguments) { $0.object(exchanges[$0.id] ?? []) }
      }
    }
  }

  private static let exchangeID = Field<Int?>.optional(
    "exchange_id", .integer(1...), "Show this exchange instead, in full.")

  private var get: Tool {
    Tool(
      name: "sessions_get", title: "Get a session",
      description: "Get a session, a logged conversation, with its exchanges, oldest first.", toolset: "chat",
      annotations: .reading,
      fields: [Self.id, Self.key, Self.exchangeID] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let session = try Self.find(arguments, in: tables)
        let exchanges = tables.exchanges(ofSession: session.id)
        if let id = arguments[Self.exchangeID] {
          guard let exchange = exchanges.first(where: { $0.id == id }) else {
            throw ToolError("No exchange \(id) in session \(session.id). sessions_get without exchange_id lists them.")
          }
          return try arguments.selection(of: exchange.object)
        }
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
      name: "sessions_delete", title: "Delete a session",
      description: "Delete a session with all that was said in it.", toolset: "chat",
      annotations: .deleting, fields: [Self.id, Self.key] + Deletion.fields,
      ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      let id = try await services.store.read { try Self.find(arguments, in: $0).id }
      return try await Deletion.perform(SessionRecord.self, id: id, arguments, with: services, context) { transaction in
        Deletion.Removal(counts: ["exchanges": .int(transaction.deleteSession(id))])
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
    case (let id?, let key?):
      let session = try tables.find(SessionRecord.self, id)
      if session.key == key { return session }
      throw ToolError(
        "Session \(id) is not named \"\(Clipping.clip(key, to: 60))\". Give only one of id and session_id.")
    case (nil, nil): throw ToolError("id is missing: the session's, or its session_id. sessions_list shows all.")
    }
  }
}
