import Testing

@testable import Toolbox

@Suite struct PromptfooTextTests {
  @Test(arguments: [
    ("a {b} {", "a {b} {"), ("{{ x }}", "{{ '{{' }} x }}"), ("{% if %}{# c #}", "{{ '{%' }} if %}{{ '{#' }} c #}"),
    ("{{{", "{{ '{{' }}{"), ("\u{600}{% x %}", "\u{600}{{ '{%' }} x %}"), ("é{\u{301}{%", "é{\u{301}{{ '{%' }}"),
    ("", ""),
  ])
  func `a literal text has nothing that Nunjucks replaces`(text: String, literal: String) {
    #expect(PromptfooText.literal(text).utf8.elementsEqual(literal.utf8))
  }

  @Test(arguments: ["\u{600}{{ 7*7 }}", "x\u{600}{% raw %}", "{# c #}", "file://a.txt"])
  func `a value that promptfoo acts on is seen`(value: String) {
    #expect(PromptfooText.isActive(value) && !PromptfooText.isActive("{ \(value.dropFirst(100)) }"))
  }
}
