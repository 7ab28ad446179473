import JSONCoding
import Providers
import Store

/// Reads the sessions that calls continue, and logs calls in them.
struct ChatSessions: Sendable {
  let store: Store

  /// The earlier messages of a session, and the model and settings of its last answer.
  struct History: Sendable {
    var messages: [ChatMessage] = []
    /// The last exchange; nil for a new session.
    var lastExchangeID: Int?
    var model: String?
    var credentialID: Int?
    var settings = RequestSettings()
  }

  /// - Parameter key: the name of the session; nil for none.
  func history(of key: String?) async throws -> History {
    guard let key else { return History() }
    let exchanges = try await store.read { tables in
      tables.session(named: key).map { tables.exchanges(ofSession: $0.id).filter(\.isAnswered) } ?? []
    }
    let messages = try exchanges.flatMap { exchange in
      var messages = try (exchange.messages + [exchange.answerMessage]).map {
        try MessageReader.message($0.object, at: "session_id", ImageReader())
      }
      messages[messages.count - 1].signedThoughts = exchange.signedThoughts?.arrayValue ?? []
      return messages
    }
    return History(
      messages: messages, lastExchangeID: exchanges.last?.id, model: exchanges.last?.requestedModel,
      credentialID: exchanges.last?.providerCredentialID,
      settings: exchanges.last?.settings?.values ?? RequestSettings())
  }

  /// Appends an exchange to its session; returns the session's number of messages and any notes.
  ///
  /// The answer is paid for, so it is returned even if it cannot be logged. If another call has continued the session
  /// meanwhile, the answer does not follow from its messages, so the exchange is kept for its cost alone.
  func log(_ new: SessionExchangeRecord, in key: String?, after history: History) async -> (Int?, [String]) {
    guard let key else { return (nil, []) }
    do {
      return try await store.commit { transaction in
        var exchange = new
        exchange.sessionID = transaction.session(named: key).id
        let last = transaction.tables.exchanges(ofSession: exchange.sessionID).last(where: \.isAnswered)
        var notes: [String] = []
        if exchange.error == nil, last?.id != history.lastExchangeID {
          exchange.error = "Another call continued the session before this answer came."
          notes = [
            "Another call continued session \"\(key)\" before this answer came, so the session goes on without this exchange. "
              + "To have it in the session, send the messages again."
          ]
        }
        transaction.insert(exchange)
        return (transaction.tables.exchanges(ofSession: exchange.sessionID).messageCount, notes)
      }
    } catch {
      return (nil, ["The exchange was not logged in session \"\(key)\": \(error.clientSentence)"])
    }
  }

  /// The error of a call without an answer, which says what the call has cost all the same.
  ///
  /// The session keeps a failed call that may have cost something, and no other.
  func failure(
    _ error: ProviderError, attempts: Int, _ exchange: SessionExchangeRecord, in key: String?, after history: History
  ) async -> EvaluationError {
    let message = error.message + (attempts > 1 ? " (\(attempts) attempts)" : "")
    let text = error.partialText.map { "\nThe text so far:\n\($0)" } ?? ""
    var failed = exchange
    failed.error = message
    guard let spent = Spending([failed]).remarkOnFailure else { return EvaluationError(message + text) }
    let (_, notes) = await log(failed, in: key, after: history)
    return EvaluationError(([message.asSentence, spent] + notes).joined(separator: " ") + text)
  }
}

extension [SessionExchangeRecord] {
  /// The number of messages with which the session goes on.
  package var messageCount: Int { lazy.filter(\.isAnswered).reduce(0) { $0 + $1.messages.count + 1 } }
}
