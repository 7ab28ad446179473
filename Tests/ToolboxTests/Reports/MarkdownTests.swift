import Testing

@testable import Toolbox

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("plain", "plain"), ("a|b", "a\\|b"), ("# *x* _y_", "\\# \\*x\\* \\_y\\_"),
    ("two\nlines\r\nand", "two lines and"), ("[a](b) <i> `c` \\", "\\[a\\](b) \\<i\\> \\`c\\` \\\\"),
    ("a|\u{301}b", "a\\|\u{301}b"), ("&lt;b&gt; & c", "\\&lt;b\\&gt; \\& c"),
  ])
  func `a line stays one line and one cell`(text: String, line: String) {
    #expect(Markdown.line(text) == line)
  }

  @Test func `a long line is cut`() {
    #expect(Markdown.line(String(repeating: "a", count: 1000)).hasSuffix("… \\[800 more characters\\]"))
  }

  @Test(arguments: [("x", 3), ("``", 3), ("```\ncode\n```", 4), ("a ````` b `` c", 6), ("", 3)])
  func `a fence is longer than any inside`(text: String, length: Int) {
    let fence = String(repeating: "`", count: length)
    #expect(Markdown.fenced(text) == "\(fence)text\n\(text)\n\(fence)")
  }
}
