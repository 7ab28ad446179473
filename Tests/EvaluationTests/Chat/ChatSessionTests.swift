import Providers
import Store
import Testing

@testable import Evaluation

@Suite struct ChatSessionTests {
  private func exchange(_ text: String) -> SessionExchangeRecord {
    SessionExchangeRecord {
      ($0.answer, $0.model, $0.requestedModel, $0.cost) = (text, "m", "m", 0.5)
    }
  }

  /// Before, the session went on with both, although neither answer knew of the other.
  @Test func `of two calls at once a session goes on with the first that is answered`() async throws {
    let sessions = ChatSessions(store: EngineFixture { prompt, _ in prompt }.store)
    let start = try await sessions.history(of: "s")
    #expect(await sessions.log(exchange("one"), in: "s", after: start).1.isEmpty)
    let (messages, notes) = await sessions.log(exchange("two"), in: "s", after: start)
    #expect(messages == 1 && notes.first?.hasPrefix("Another call continued session \"s\"") == true, "\(notes)")
    let history = try await sessions.history(of: "s")
    #expect(history.messages.map(\.content) == ["one"])
    // What it cost is kept.
    let exchanges = try await sessions.store.read { $0.exchanges(ofSession: 1) }
    #expect(exchanges.compactMap(\.cost) == [0.5, 0.5] && exchanges.last?.isAnswered == false)
    #expect(await sessions.log(exchange("three"), in: "s", after: history).1.isEmpty)
  }
}
