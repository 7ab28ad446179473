import Providers
import Store
import Testing

@testable import Evaluation

@Suite(.timeLimit(.minutes(20))) struct CallAccountTests {
  @Test func `reasoning, tier, counts and lost attempts are recorded with the row`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    fixture.models.changeAnswers { answer in
      let usage = TokenUsage(
        promptTokens: 10, completionTokens: 2, cachedTokens: 3, cacheWriteTokens: 4, reasoningTokens: 1,
        serviceTier: "flex")
      let result = answer.result.map { completion in
        var completion = completion
        completion.usage = usage
        completion.reasoningText = "hm"
        return completion
      }
      return ModelBinding.Answer(result: result, attempts: 3, uncounted: 2)
    }
    let id = try await fixture.makeRun(rows: 1)
    let response = try #require(try await fixture.generate(id).responses.first)
    #expect(response.reasoningText == "hm" && response.serviceTier == "flex" && response.uncountedCalls == 2)
    #expect(
      response.usage
        == .init(promptTokens: 10, completionTokens: 2, cachedTokens: 3, cacheWriteTokens: 4, reasoningTokens: 1))
  }

  @Test func `a judge's lost attempts are counted with its row`() async throws {
    let fixture = EngineFixture { prompt, _ in
      prompt.contains("Judge the response") ? #"{"reasons":"Fine.","score":4}"# : prompt
    }
    fixture.models.changeAnswers { ModelBinding.Answer(result: $0.result, attempts: 2, uncounted: 1) }
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 1, judge: "j")
    let response = try #require(try await fixture.generate(id).responses.first)
    #expect(response.uncountedCalls == 2)
  }

  private static func binding(price: Double?, list: ModelPrice?) -> ModelBinding {
    ModelBinding(
      model: "m", provider: "openrouter", answer: { _, _ in .init(result: .failure(.sample(.transient)), attempts: 1) },
      listed: {
        [ModelInfo(id: "m", provider: .openrouter, promptPrice: list?.input, completionPrice: list?.output)]
      }, cost: { _ in price })
  }

  @Test func `the provider's own list gives a price missing in the tables`() async {
    let usage = TokenUsage(promptTokens: 1_000_000, completionTokens: 1_000_000)
    let list = ModelPrice(1, cached: 1, output: 4)
    #expect(Self.binding(price: nil, list: list).cost(of: usage) == nil)
    #expect(await Self.binding(price: nil, list: list).priced().cost(of: usage) == 5)
    #expect(await Self.binding(price: 3, list: list).priced().cost(of: usage) == 3)
    #expect(await Self.binding(price: nil, list: nil).priced().cost(of: usage) == nil)
  }
}
