import Testing

@testable import Evaluation
@testable import Store

@Suite struct PromptTests {
  private static let draft = PromptUpdate.Outcome.added(becauseOf: .runs)

  @Test func `a new prompt is version 1 of its family, and published`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.createPrompt(
      name: "greet", template: "Hi {{ name }}", model: "echo", familyKey: "f", description: "d", tagNames: ["A", "b"])
    #expect((prompt.id, prompt.versionNumber, prompt.current) == (1, 1, true))
    #expect(prompt.tagIDs == [1, 2])
    #expect(prompt.createdAt == transaction.now && prompt.updatedAt == transaction.now)
    #expect(try transaction.checked().tables.prompts[1] == prompt)
  }

  @Test func `labels change in place, whatever depends on the version`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    transaction = transaction.later()
    let update = try transaction.updatePrompt(
      prompt.id, PromptChange(name: "welcome", description: .set("d"), tagNames: ["x"]))
    #expect(update.outcome == .kept)
    #expect((update.prompt.id, update.prompt.name, update.prompt.description) == (1, "welcome", "d"))
    #expect(update.prompt.tagIDs == [1])
    #expect(update.prompt.updatedAt == transaction.now)
    #expect(try transaction.checked().tables.prompts.count == 1)
    #expect(try transaction.updatePrompt(1, PromptChange(description: .clear)).prompt.description == nil)
  }

  @Test func `a text without dependent answers changes in place`() throws {
    var transaction = makeTransaction()
    let update = try transaction.updatePrompt(transaction.prompt().id, PromptChange(template: "Bye"))
    #expect(update.outcome == .changedInPlace)
    #expect(transaction.tables.prompts[1]?.template == "Bye")
    #expect(transaction.tables.prompts.count == 1)
  }

  @Test func `a text used by a run stays, and the new one is a draft`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    transaction = transaction.later()
    let update = try transaction.updatePrompt(prompt.id, PromptChange(name: "welcome", template: "Bye"))
    #expect(update.outcome == .added(becauseOf: .runs))
    #expect((update.prompt.id, update.prompt.versionNumber, update.prompt.current) == (2, 2, false))
    #expect(update.prompt.createdAt == transaction.now)
    let old = try #require(transaction.checked().tables.prompts[1])
    #expect((old.template, old.name, old.current) == ("Hi", "welcome", true))
  }

  @Test func `a text used by an experiment stays too`() throws {
    var transaction = makeTransaction()
    let (first, second) = (try transaction.prompt(), try transaction.prompt("other", family: "g"))
    let experiment = try transaction.createExperiment(name: "e", promptIDs: [first.id, second.id])
    _ = transaction.generate(experiment.id, by: first.id)
    let update = try transaction.updatePrompt(first.id, PromptChange(model: "ollama/x"), publishes: true)
    #expect(update.outcome == .added(becauseOf: .generations))
    #expect(update.prompt.current)
    #expect(transaction.tables.prompts[first.id]?.current == false)
    #expect(transaction.tables.prompts[second.id]?.current == true)
  }

  @Test func `the text of another version creates no new version`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    _ = transaction.run(prompt: prompt.id)
    _ = try transaction.updatePrompt(prompt.id, PromptChange(template: "Bye"))
    let update = try transaction.updatePrompt(prompt.id, PromptChange(name: "welcome", template: "Bye"))
    #expect(update.outcome == .existing)
    #expect((update.prompt.id, update.prompt.name) == (2, "welcome"))
    #expect(transaction.tables.prompts.count == 2)
  }

  @Test func `any version of the family can be published again`() throws {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt()
    let other = try transaction.prompt("other", family: "g")
    _ = transaction.run(prompt: prompt.id)
    let second = try transaction.updatePrompt(prompt.id, PromptChange(template: "Bye"), publishes: true).prompt
    #expect(transaction.tables.prompts.newestFirst.filter(\.current).map(\.id) == [second.id, other.id])
    #expect(try transaction.publishPrompt(prompt.id).current)
    #expect(transaction.tables.prompts.newestFirst.filter(\.current).map(\.id) == [other.id, prompt.id])
  }

  @Test func `a missing version is named`() throws {
    var transaction = makeTransaction()
    #expect(
      try refusal { _ = try transaction.updatePrompt(9, PromptChange(name: "x")) }
        == "No prompt 9. There are none yet. prompts_create makes one.")
    _ = try transaction.prompt()
    #expect(
      try refusal { _ = try transaction.publishPrompt(9) }
        == "No prompt 9. Prompts: 1 \"greet v1\". prompts_list shows all.")
  }
}
