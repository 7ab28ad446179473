import Testing

@testable import Toolbox

@Suite struct ResourceURITests {
  @Test(arguments: [
    ("prompts/7", ResourceURI(.prompt, id: 7)),
    ("datasets/7.csv", ResourceURI(.dataset, id: 7)),
    ("datasets/7.csv?offset=30", ResourceURI(.dataset, id: 7, offset: 30)),
    ("runs/7/report.md", ResourceURI(.report, id: 7)),
    ("runs/7/report.html", ResourceURI(.htmlReport, id: 7)),
    ("comparisons/7,3/report.html", ResourceURI(.comparison, ids: [7, 3])),
    ("comparisons/1,2,3,4/report.html", ResourceURI(.comparison, ids: [1, 2, 3, 4])),
    ("experiments/7/report.html", ResourceURI(.experiment, id: 7)),
    ("runs/7/responses.csv", ResourceURI(.responsesCSV, id: 7)),
    ("runs/7/responses.jsonl", ResourceURI(.responsesJSONLines, id: 7)),
    ("runs/7/responses.jsonl?offset=1", ResourceURI(.responsesJSONLines, id: 7, offset: 1)),
  ])
  func `a URI survives writing and reading`(path: String, uri: ResourceURI) {
    #expect(ResourceURI("completion-kit://\(path)") == uri)
    #expect(uri.text == "completion-kit://\(path)")
  }

  @Test(arguments: [
    "prompts/7", "", "completion-kit://", "completion-kit://prompts/", "completion-kit://prompts/0",
    "completion-kit://prompts/-1", "completion-kit://prompts/+1", "completion-kit://prompts/1.0",
    "completion-kit://prompts/x", "completion-kit://prompts/{id}", "completion-kit://prompts/1/2",
    "completion-kit://prompts/99999999999999999999", "completion-kit://prompts/1?offset=1",
    "completion-kit://datasets/1", "completion-kit://datasets/.csv", "completion-kit://datasets/1.csv?offset=",
    "completion-kit://datasets/1.csv?offset=x", "completion-kit://datasets/1.csv?limit=1",
    "completion-kit://runs/1", "completion-kit://runs/1/report", "completion-kit://runs//report.md",
    "completion-kit://runs/1/report.md?offset=0", "completion-kit://runs/report.md", "file:///etc/passwd",
    "completion-kit://datasets/../../x.csv", "completion-kit://comparisons/1/report.html",
    "completion-kit://comparisons/1,1/report.html", "completion-kit://comparisons/1,,2/report.html",
    "completion-kit://comparisons/1,2,3,4,5/report.html", "completion-kit://comparisons/1,0/report.html",
    "completion-kit://runs/1,2/report.html", "completion-kit://comparisons/1,2/report.html?offset=1",
  ])
  func `any other text is not a URI`(text: String) {
    #expect(ResourceURI(text) == nil)
  }

  @Test(arguments: ResourceURI.Kind.allCases)
  func `a template becomes a URI when its variable is filled`(kind: ResourceURI.Kind) {
    let ids = kind.variable == "ids" ? [12, 7] : [12]
    let text = ids.map(String.init).joined(separator: ",")
    for filled in [text, text.replacing(",", with: "%2C")] {
      #expect(ResourceURI(kind.template.replacing("{\(kind.variable)}", with: filled)) == ResourceURI(kind, ids: ids))
    }
    #expect(Toolbox.toolsets.contains(kind.toolset))
  }
}
