import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// What the attempts before an answer cost is part of its cost and of that of its session.
@Suite struct ChatCostTests {
  private func answer(wasted: [TokenUsage], uncounted: Int) async throws -> (ChatService.Answer, SessionExchangeRecord)
  {
    let fixture = EngineFixture(wasted: wasted) { _, _ in "Well." }
    fixture.models.changeAnswers { answer in
      .init(result: answer.result, attempts: 3, wasted: answer.wasted, uncounted: uncounted)
    }
    let chat = ChatService(
      store: fixture.store, models: fixture.models, clock: ContinuousClock(), now: { Timestamp.zero })
    let answer = try await chat.answer(.init(model: "m", messages: [ChatMessage(.user, "Hello.")], session: "talk"))
    let exchanges = try await fixture.store.read { Array($0.sessionExchanges.all) }
    return (answer, try #require(exchanges.first))
  }

  @Test func `paid attempts before an answer are in its cost and its tokens`() async throws {
    let wasted = TokenUsage(promptTokens: 100, completionTokens: 50)
    let (answer, exchange) = try await answer(wasted: [wasted, wasted], uncounted: 0)
    #expect(answer.spending.total == 0.03 && exchange.totalCost == 0.03)
    #expect(exchange.usage == TokenCounts(promptTokens: 210, completionTokens: 102))
    #expect(answer.usage?.completionTokens == 2 && answer.warnings.isEmpty)
  }

  @Test func `attempts of unknown cost before an answer are counted, and told of`() async throws {
    let (answer, exchange) = try await answer(wasted: [], uncounted: 2)
    #expect(answer.spending.total == nil && answer.spending.known == 0.01)
    #expect(exchange.totalCost == nil && exchange.cost == 0.01 && exchange.uncountedCalls == 2)
    #expect(
      answer.warnings == [
        "The cost of 2 calls is unknown, because no complete answer has arrived. The others cost $0.01, so the call has cost "
          + "at least that."
      ])
  }
}
