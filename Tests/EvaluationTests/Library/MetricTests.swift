import Testing

@testable import Evaluation
@testable import Store

@Suite struct MetricTests {
  @Test func `keys are unique, whatever the names`() throws {
    var transaction = makeTransaction()
    let keys = try ["Tone of voice", "tone, of voice!", "…", "?"].map { try transaction.createMetric(name: $0).key }
    #expect(keys == ["tone_of_voice", "tone_of_voice_2", "metric", "metric_2"])
  }

  @Test func `omitted bands get default texts on creation and stay unchanged later`() throws {
    var transaction = makeTransaction()
    let metric = try transaction.createMetric(name: "tone", bands: [.init(stars: 5, description: "warm")])
    let defaults = Rubric.standard.bands.map(\.description)
    #expect(metric.rubricBands.map(\.description) == ["warm"] + defaults.dropFirst())
    let changed = try transaction.updateMetric(
      metric.id,
      MetricChange(name: "voice", instruction: .set("Is it warm?"), bands: [.init(stars: 1, description: "cold")]))
    #expect(changed.rubricBands.map(\.description) == ["warm"] + defaults[1...3] + ["cold"])
    #expect((changed.name, changed.key, changed.instruction) == ("voice", "tone", "Is it warm?"))
    #expect(try transaction.updateMetric(metric.id, MetricChange(instruction: .clear)).instruction == nil)
  }

  @Test func `bands must be a rubric`() throws {
    var transaction = makeTransaction()
    let band = MetricRecord.Band(stars: 2, description: "x")
    #expect(
      try refusal { _ = try transaction.createMetric(name: "m", bands: [band, band]) }
        == "There are two rubric bands with 2 stars; each of 5 to 1 may occur once.")
    #expect(transaction.tables.metrics.count == 0)
  }

  @Test func `a group has existing metrics, each once and in order`() throws {
    var transaction = makeTransaction()
    let ids = try ["a", "b"].map { try transaction.createMetric(name: $0).id }
    let group = try transaction.createMetricGroup(
      name: "g", description: "d", metricIDs: [ids[1], ids[0], ids[1]], tagNames: ["t"])
    #expect(group.metricIDs == [ids[1], ids[0]])
    #expect(
      try refusal { _ = try transaction.updateMetricGroup(group.id, MetricGroupChange(metricIDs: [9])) }
        .hasPrefix("No metric 9. Metrics: 2 \"b\", 1 \"a\"."))
    let changed = try transaction.updateMetricGroup(
      group.id, MetricGroupChange(name: "h", description: .clear, metricIDs: [], tagNames: []))
    #expect((changed.name, changed.description, changed.metricIDs, changed.tagIDs) == ("h", nil, [], []))
  }
}
