import Testing

@testable import Evaluation

@Suite struct TemplateTests {
  @Test(arguments: [
    ("Summarize: {{text}}", ["text"]),
    ("{{ b }} and {{a}} and {{b}}", ["b", "a"]),
    ("{{\n  spread over lines \t}}", ["spread over lines"]),
    ("{{Größe in cm}}{{日本}}", ["Größe in cm", "日本"]),
    ("no variable", []),
    ("", []),
    ("{{}} {{ }} {{", []),
    ("{{unclosed} {single} }}", []),
    ("{{a{}}", []),
    ("{{open {{name}}", ["name"]),
    ("{{two\nlines}}", []),
    (#"{"a": {"b": 1}}"#, []),
    ("{{{name}}}", ["name"]),
    ("{{a}}{{b}}", ["a", "b"]),
    (#"\{{a}} {{b}} \\{{c}} \\\{{d}}"#, ["b", "c"]),
    ("{{\u{200B}a}} {{ \u{FEFF}b\u{2060} }} {{\u{200B}}}", ["a", "b"]),
  ])
  func `variables come in order of first appearance, each once`(source: String, variables: [String]) {
    #expect(Template(source).variables == variables)
  }

  @Test(arguments: [
    ("{{a}}", "A"),
    ("x{{ a }}y{{b}}z{{a}}", "xAyBzA"),
    ("{{{a}}}", "{A}"),
    ("{{}} {{ }} {{ {a} }}", "{{}} {{ }} {{ {a} }}"),
    ("ends {{", "ends {{"),
    ("ends {{a", "ends {{a"),
    ("ends {{a}", "ends {{a}"),
    ("{{a {{b}}", "{{a B"),
    ("é{{a}}👍🏽", "éA👍🏽"),
    (#"\{{a}}"#, "{{a}}"),
    (#"as \{{"a": "x"}} for {{a}}"#, #"as {{"a": "x"}} for A"#),
    (#"\\{{a}} \\\{{a}} \\\\{{a}}"#, #"\A \{{a}} \\A"#),
    (#"\{{ {a} }} \frac{1}{2} \"#, #"\{{ {a} }} \frac{1}{2} \"#),
  ])
  func `only whole variables are replaced`(source: String, text: String) throws {
    #expect(try Template(source).render { ["a": "A", "b": "B"][$0] } == text)
  }

  @Test func `braces inside a value are text`() throws {
    let template = Template("{{a}}{{b}} {{{a}}}")
    let text = try template.render { ["a": "{{b}}", "b": "}} {{ a }}"][$0] }
    #expect(text == "{{b}}}} {{ a }} {{{b}}}")
  }

  @Test func `missing values are named in the template's order`() {
    let template = Template("{{z}} {{known}} {{a}} {{z}}")
    #expect(throws: EvaluationError.noValue(for: ["z", "a"])) { try template.render { $0 == "known" ? "" : nil } }
    #expect("\(EvaluationError.noValue(for: ["z", "a"]))" == "No value for {{ z }}, {{ a }}.")
  }

  @Test func `values can be given by position`() {
    #expect(Template("{{a}}-{{b}}-{{a}}").render(values: ["1", "2"]) == "1-2-1")
  }

  @Test func `thousands of unclosed braces are read once, not again for each`() {
    let source = String(repeating: "{{ x ", count: 20_000)
    #expect(Template(source).variables.isEmpty)
  }
}
