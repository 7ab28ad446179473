import Testing

@testable import Evaluation
@testable import Store

@Suite struct TagNameTests {
  @Test func `names are stored trimmed and in lower case`() throws {
    var transaction = makeTransaction()
    #expect(try transaction.createTag("  Élan   Vital ").name == "élan vital")
  }

  @Test(arguments: ["", "  ", "a/b", "a,b", String(repeating: "a", count: 65)])
  func `anything else is not a valid name`(_ name: String) throws {
    var transaction = makeTransaction()
    #expect(try refusal { _ = try transaction.createTag(name) }.contains("is not a valid tag name"))
    #expect(try refusal { _ = try transaction.tagIDs(named: [name]) }.contains("is not a valid tag name"))
    #expect(try refusal { _ = try transaction.tables.tagIDs(matchingAny: [name]) }.contains("is not a valid tag name"))
  }

  @Test func `no two tags have one name`() throws {
    var transaction = makeTransaction()
    _ = try transaction.createTag("a")
    _ = try transaction.createTag("b")
    let sentence = "There is a tag \"a\" already: id 1. Use it, or choose another name."
    #expect(try refusal { _ = try transaction.createTag("A") } == sentence)
    #expect(try refusal { _ = try transaction.renameTag(2, to: " A") } == sentence)
    transaction = transaction.later()
    let renamed = try transaction.renameTag(2, to: "B")
    #expect(renamed.name == "b" && renamed.updatedAt == transaction.now)
  }

  @Test func `missing tags are created once`() throws {
    var transaction = makeTransaction()
    _ = try transaction.createTag("b")
    #expect(try transaction.tagIDs(named: ["A", "b", "a"]) == [2, 1])
    #expect(transaction.tables.tags.count == 2)
    #expect(transaction.tables.tags[1]?.color != transaction.tables.tags[2]?.color)
  }

  @Test func `a filter finds records with any of the tags`() throws {
    var transaction = makeTransaction()
    let metric = try transaction.createMetric(name: "m", tagNames: ["a", "b"])
    #expect(metric.matches(try transaction.tables.tagIDs(matchingAny: nil)))
    #expect(metric.matches(try transaction.tables.tagIDs(matchingAny: [])))
    #expect(metric.matches(try transaction.tables.tagIDs(matchingAny: ["x", "B"])))
    #expect(!metric.matches(try transaction.tables.tagIDs(matchingAny: ["x"])))
  }
}
