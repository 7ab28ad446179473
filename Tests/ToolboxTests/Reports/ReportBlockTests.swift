import Testing

@testable import Toolbox

/// Long texts of a report are cut once, so that the marks count all that is missing.
@Suite struct ReportBlockTests {
  private static let names = (before: "one", after: "other")

  private static func long(_ count: Int, _ end: String) -> String { String(repeating: "a", count: count) + end }

  @Test func `texts that differ late say how much is alike`() throws {
    let block = ReportBlock.change("Template", Self.long(20_000, "old"), Self.long(20_000, "new"), Self.names)
    let table = try #require(block?.textTable)
    let cells = table.rows.flatMap { $0.map(Markdown.text) }
    #expect(table.head == ["one", "other"] && cells.count == 2)
    #expect(cells.allSatisfy { $0.contains("19960 characters alike") && !$0.contains("more characters") }, "\(cells)")
    #expect(cells.first?.hasSuffix("old") == true && cells.last?.hasSuffix("new") == true)
  }

  @Test func `the texts of a row say how much is missing`() throws {
    let change = ReportBlock.Change(
      name: "Answer", before: Self.long(5000, "old"), after: Self.long(5000, "new"), names: Self.names)
    let item = ReportBlock.Item(heading: "Row 1", texts: [("Input", Self.long(5000, ""))], changes: [change])
    let shown = try #require(ReportBlock.texts("Rows", [item])?.itemTexts.first)
    #expect(shown.heading == "Row 1" && shown.texts.map(\.name) == ["Input", "Answer of one", "Answer of other"])
    #expect(shown.texts.first?.text.hasSuffix("[4400 more characters]") == true)
    #expect(shown.texts.dropFirst().allSatisfy { $0.text.hasPrefix("[4960 characters alike]") })
  }
}
