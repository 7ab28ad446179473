import JSONCoding
import MCP
import Testing

@testable import Toolbox

@Suite struct InstructionsTests {
  private let test = TestServer()

  private func offer(_ toolsets: [String]?, isReadOnly: Bool = false, isNoSpend: Bool = false) -> ToolSelection {
    ToolSelection(Toolbox.tools(test.services), toolsets: toolsets, isReadOnly: isReadOnly, isNoSpend: isNoSpend)
  }

  @Test func `the instructions name only available tools, and are short, whatever is disabled`() {
    let all = Set(Toolbox.tools(test.services).map(\.name))
    var selections: [[String]?] = [nil] + Toolbox.toolsets.map { [$0] }
    for left in Toolbox.toolsets {
      selections.append(Toolbox.toolsets.filter { $0 != left })
      for right in Toolbox.toolsets { selections.append([left, right]) }
    }
    for toolsets in selections {
      for (isReadOnly, isNoSpend) in [(false, false), (true, false), (false, true), (true, true)] {
        let selection = offer(toolsets, isReadOnly: isReadOnly, isNoSpend: isNoSpend)
        let text = Instructions.text(selection)
        #expect(text.utf8.count <= Instructions.limit)
        let named = Set(text.matches(of: /[a-z]+(?:_[a-z]+)+/).map { String($0.output) })
        let offered = Set(selection.tools.map(\.name))
        #expect(named.intersection(all).isSubset(of: offered), "\(toolsets ?? []) \(isReadOnly): \(named)")
      }
    }
  }

  @Test func `the full instructions describe the whole workflow`() {
    let text = Instructions.text(offer(nil))
    for tool in ["prompts_create", "datasets_create", "runs_generate", "runs_compare", "prompts_publish"] {
      #expect(text.contains(tool))
    }
    #expect(text.contains("beside improve_prompt, design_metrics, review_judge."))
    #expect(text.contains("completion-kit://runs/{id}/report.md"))
    #expect(!text.contains("read only") && !text.contains("not to spend"))
  }

  @Test(arguments: ["prompt", "dataset", "eval", "judge", "A/B", "compare", "cost"])
  func `a client that searches for tools finds the word`(_ word: String) {
    #expect(Instructions.text(offer(nil)).contains(word))
  }

  @Test func `restrictions by options are mentioned`() {
    #expect(Instructions.text(offer(nil, isReadOnly: true)).contains("read only"))
    #expect(Instructions.text(offer(nil, isNoSpend: true)).contains("not to spend money"))
    #expect(Instructions.text(offer(["runs"])).contains("runs_compare says whether a difference"))
    let tags = Instructions.text(offer(["tags"]))
    #expect(!tags.contains("The way") && !tags.contains("MCP prompts") && !tags.contains("resource"))
  }
}
