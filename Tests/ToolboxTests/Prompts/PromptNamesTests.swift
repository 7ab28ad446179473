import Store
import Testing

@testable import Toolbox

@Suite struct PromptNamesTests {
  private func version(
    _ id: Int, _ name: String, family: String, current: Bool = true
  ) -> PromptRecord {
    let moment = Timestamp(millisecondsSince1970: 0)
    return PromptRecord {
      $0.id = id
      $0.name = name
      $0.template = "t"
      $0.llmModel = "echo"
      $0.familyKey = family
      $0.versionNumber = 1
      $0.current = current
      $0.createdAt = moment
      $0.updatedAt = moment
    }
  }

  private func names(_ versions: [PromptRecord], reserved: Set<String> = []) -> [String] {
    PromptNames.named(versions, reserved: reserved).map(\.name)
  }

  @Test(arguments: [
    ("Summarizer", "summarizer"), ("Real estate: summary!", "real_estate_summary"), ("v2.1", "v2_1"),
    ("Straße", "straße"), ("要約", "要約"), ("***", "prompt"), (" ", "prompt"),
    (String(repeating: "long ", count: 30), String(repeating: "long_", count: 12)),
  ])
  func `a name is the prompt's slug`(name: String, slug: String) {
    #expect(names([version(1, name, family: "a")]) == [slug])
  }

  @Test func `the oldest family has an equal slug alone, whichever version is published`() {
    let first = version(1, "Same", family: "11111111-aaaa", current: false)
    let newest = version(9, "Same", family: "11111111-aaaa")
    let second = version(2, "same", family: "22222222-bbbb")
    #expect(PromptNames.named([second, newest, first], reserved: []).map(\.prompt.id) == [9, 2])
    #expect(names([second, newest, first]) == ["same", "same_22222222"])
    #expect(names([first, newest, second]) == ["same", "same_22222222"])
  }

  @Test func `a remembered name still works after the older prompt is deleted`() throws {
    let named = PromptNames.named([version(2, "same", family: "22222222-bbbb")], reserved: [])
    #expect(named.map(\.name) == ["same"])
    #expect(named.map(\.alias) == ["same_22222222"])
  }

  @Test func `the names of built-in prompts are reserved`() {
    #expect(
      names([version(1, "Improve prompt", family: "abcdefgh-1")], reserved: ["improve_prompt"])
        == ["improve_prompt_abcdefgh"])
  }

  @Test func `no two names are the same, however prompts are named`() {
    let versions = [
      version(1, "a", family: "k-1"), version(2, "a", family: "k-2"), version(3, "A!", family: "12345678-x"),
      version(4, "a", family: "12345678-y"), version(5, "a_12345678", family: "z"),
    ]
    #expect(names(versions) == ["a", "a_k2", "a_12345678", "a_12345678_y", "a_12345678_z"])
  }

  @Test func `a family without a current version has no name`() {
    #expect(names([version(1, "a", family: "f", current: false)]).isEmpty)
  }
}
