import Testing

@testable import Evaluation
@testable import Store

/// What an import adds to records that are there.
@Suite struct ImportTests {
  private static let text = "prompts: ['Hi {{ name }}']\nproviders: [openai:gpt-5-mini]\ntests: [{vars: {name: Ann}}]"

  private func add(to transaction: inout Transaction) throws -> [ImportedRecords.Entry<PromptRecord>] {
    try transaction.add(try ImportPlan(reading: Self.text)) { "imported" }.prompts
  }

  @Test func `a prompt that was given another credential since is taken as it is by every later import`() throws {
    var transaction = makeTransaction()
    let first = try #require(try add(to: &transaction).first)
    #expect(first.isNew)
    var changed = first.record
    changed.providerCredentialID = 5
    transaction.put(changed)
    for _ in 1...2 {
      let again = try #require(try add(to: &transaction).first)
      #expect(!again.isNew && again.record.id == first.record.id)
    }
    #expect(transaction.tables.prompts.count == 1)
  }

  @Test func `a text that differs is one draft version, however often it is imported`() throws {
    var transaction = makeTransaction()
    let first = try #require(try add(to: &transaction).first)
    var changed = first.record
    changed.template = "Hello {{ name }}"
    changed.providerCredentialID = 5
    transaction.put(changed)
    #expect(try add(to: &transaction).map(\.isNew) == [true])
    #expect(try add(to: &transaction).map(\.isNew) == [false])
    #expect(transaction.tables.prompts.count == 2)
  }
}
