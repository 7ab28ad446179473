import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// The service tier of a run.
@Suite(.timeLimit(.minutes(20))) struct RunTierTests {
  @Test func `the words of the setting are the tiers`() {
    guard case .word(let words) = RequestSetting.serviceTier.shape else {
      Issue.record("service_tier is a word")
      return
    }
    #expect(Set(words) == Set(ServiceTier.allCases.map(\.rawValue)))
  }

  /// A model whose calls cost a dollar for a prompt token, half of it at flex.
  private func model(hasTiers: Bool = true) -> ModelBinding {
    ModelBinding(
      model: "m", provider: "scripted", answer: { _, _ in .init(result: .failure(.sample(.cancelled)), attempts: 1) },
      refusal: { !hasTiers && $0[.serviceTier] != nil ? "m has no service tiers." : nil },
      cost: { call in
        call.usage.flatMap { usage in
          let factor: Double? = usage.serviceTier == "flex" ? 0.5 : usage.serviceTier == nil ? 1 : nil
          return factor.map { Double(usage.promptTokens) * $0 }
        }
      })
  }

  private func run(_ tier: ServiceTier?) -> RunRecord { RunRecord { $0.serviceTier = tier?.rawValue } }

  @Test func `every request asks for the tier of the run`() {
    var request = CompletionRequest(model: "m", messages: [])
    model().serving(run(.flex)).serve(&request, among: 1)
    #expect(request.parameters[.serviceTier] == "flex")
    model().serving(run(nil)).serve(&request, among: 1)
    #expect(request.parameters[.serviceTier] == nil)
  }

  @Test func `a judge without the tier is asked at its usual one, and a note says so`() {
    let judge = model(hasTiers: false).judging(run(.flex))
    #expect(judge.tier == nil && judge.notes.contains { $0.contains("flex") && $0.contains("usual tier") })
    #expect(model().judging(run(.flex)).tier == .flex && model().judging(run(.flex)).notes.isEmpty)
  }

  @Test func `a forecast has the price of the tier, and its bound the dearest that is allowed`() throws {
    func forecast(_ tier: ServiceTier?) -> RowForecast? {
      RowForecast(
        run(tier), RequestSettings(), generator: model().serving(run(tier)), judge: nil, criteria: [], usualAnswer: 10)
    }
    let row = RowForecast.Row(promptBytes: 4_000)
    let (usual, flex, either) = (forecast(nil)?.likely(row), forecast(.flex), forecast(.flexOrDefault))
    #expect(flex?.likely(row) == usual.map { $0 / 2 } && either?.likely(row) == flex?.likely(row))
    #expect(either?.most(row) == forecast(nil)?.most(row) && flex?.most(row) == either.map { $0.most(row) / 2 })
    #expect(forecast(.priority) == nil, "its price is unknown")
  }

  @Test func `the tier is not part of a request by which answers are copied`() {
    for holder: RequestSetting.Holder in [.run, .prompt] {
      #expect(!RequestSetting.all(of: holder).contains { $0.name == "service_tier" })
    }
  }
}
