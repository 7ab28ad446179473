package import Store

extension Tables {
  /// The session with this name.
  package func session(named key: String) -> SessionRecord? { sessions.all.first { $0.key == key } }

  /// The session with an id or a name.
  package func session(id: Int?, named key: String?) throws(EvaluationError) -> SessionRecord {
    switch (id, key) {
    case (let id?, nil): return try find(SessionRecord.self, id)
    case (nil, let key?):
      if let session = session(named: key) { return session }
      throw .noneNamed(key, .sessions, among: sessions.newestFirst, isAmbiguous: false)
    case (let id?, let key?):
      let session = try find(SessionRecord.self, id)
      if session.key == key { return session }
      throw EvaluationError(
        "Session \(id) is not named \"\(key.clipped(to: 60))\". Give only one of id and session_id.")
    case (nil, nil):
      throw EvaluationError("id is missing: the session's, or its session_id. sessions_list shows all.")
    }
  }

  /// The exchanges of a session, oldest first.
  package func exchanges(ofSession id: Int) -> [SessionExchangeRecord] {
    sessionExchanges.all.filter { $0.sessionID == id }.sorted { $0.id < $1.id }
  }

  /// One exchange of a session.
  package func exchange(_ id: Int, ofSession sessionID: Int) throws(EvaluationError) -> SessionExchangeRecord {
    if let exchange = sessionExchanges[id], exchange.sessionID == sessionID { return exchange }
    throw EvaluationError("No exchange \(id) in session \(sessionID). sessions_get without exchange_id lists them.")
  }

  /// The exchanges of each session, oldest first, by session id.
  package var exchangesBySession: [Int: [SessionExchangeRecord]] {
    Dictionary(grouping: sessionExchanges.all.sorted { $0.id < $1.id }, by: \.sessionID)
  }
}

extension Transaction {
  /// The session with this name, created if missing.
  package mutating func session(named key: String) -> SessionRecord {
    tables.session(named: key)
      ?? insert(
        SessionRecord {
          $0.key = key
          $0.createdAt = now
        })
  }
}
