import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

@Suite struct RequestTemplateTests {
  private static let pixel = "data:image/png;base64,iVBORw0KGgo="

  private func template(_ text: String, _ settings: JSONObject = [:]) throws -> RequestTemplate {
    try RequestTemplate(text, try RequestSettings(settings))
  }

  @Test func `a template alone is one user message`() throws {
    let request = try template("Hi {{ name }}").render(inputs: ["name": "Ada"], ImageReader())
    #expect(request.messages == [ChatMessage(.user, "Hi Ada")])
    #expect(request.input == "Hi Ada")
  }

  @Test func `variables work in every text and are asked for once`() throws {
    let template = try template(
      "{{ q }}? {{ tone }}",
      [
        "system_prompt": "Be {{ tone }}.",
        "messages": [
          ["role": "user", "content": "{{ example }}"],
          ["role": "assistant", "content": [["type": "text", "text": "{{ q }}!"]]],
          ["placeholder": "history"],
        ],
      ])
    #expect(template.variables == ["tone", "example", "q", "history"])
    let request = try template.render(
      inputs: [
        "tone": "brief", "example": "1+1", "q": "2",
        "history": #"[{"role":"user","content":"{{ q }}"},{"role":"assistant","content":"ok"}]"#,
      ], ImageReader())
    #expect(
      request.messages == [
        ChatMessage(.system, "Be brief."), ChatMessage(.user, "1+1"), ChatMessage(.assistant, "2!"),
        // The contents of a column are text, including braces.
        ChatMessage(.user, "{{ q }}"), ChatMessage(.assistant, "ok"), ChatMessage(.user, "2? brief"),
      ])
    #expect(request.input.hasPrefix("user: 1+1") && request.input.hasSuffix("user: 2? brief"))
  }

  @Test(
    arguments: [
      (#"{"city": "{{ city }}"}"#, "Oslo", #"{"city": "Oslo"}"#),
      (#"{"city": "in {{ city }}!"}"#, "\"O\\\n", #"{"city": "in \"O\\\n!"}"#),
      (#"{"days": {{ city }}}"#, "3", #"{"days": 3}"#), (#"{"days": {{ city }}}"#, "three", #"{"days": "three"}"#),
      (#"{"{{ city }}": {"a":1.0 }}"#, "Oslo", #"{"Oslo": {"a":1.0 }}"#), ("{{ city }}", #"{"a": [1]}"#, #"{"a":[1]}"#),
      // A backslash makes a variable text, as everywhere.
      (#"{"city": "\\{{ city }}"}"#, "Oslo", #"{"city": "{{ city }}"}"#),
      (#"{"cut": "{{ city }}"#, "Oslo", #"{"cut": ""Oslo""#),
    ])
  func `variables work in the arguments of tool calls, which stay JSON`(
    arguments: String, value: String, expected: String
  ) throws {
    let call: JSONValue = ["id": "c", "type": "function", "function": ["name": "f", "arguments": .string(arguments)]]
    let result: JSONValue = ["role": "tool", "tool_call_id": "c", "content": "ok"]
    let template = try template(
      "q", ["messages": [["role": "assistant", "content": nil, "tool_calls": [call]], result]])
    let request = try template.render(inputs: ["city": .string(value)], ImageReader())
    #expect(request.turns.first?.toolCalls == [ToolCall(id: "c", name: "f", arguments: expected)])
    #expect(template.variables == (expected.contains("{{ city }}") ? [] : ["city"]))
  }

  @Test func `arguments that are an object are replaced as the text of it`() throws {
    let call: JSONValue = ["function": ["name": "f", "arguments": ["b": "{{ b }}", "a": ["{{ a }} {{ b }}"]]]]
    let template = try template(
      "{{ b }}",
      [
        "messages": [
          ["role": "assistant", "content": "{{ c }}", "tool_calls": [call]],
          ["role": "tool", "tool_call_id": "call_1", "content": "ok"],
        ]
      ])
    #expect(template.variables == ["c", "b", "a"])
    let request = try template.render(inputs: ["a": "1", "b": "\t", "c": "Look."], ImageReader())
    #expect(request.turns.first?.content == "Look.")
    #expect(request.turns.first?.toolCalls.first?.arguments == #"{"b":"\t","a":["1 \t"]}"#)
  }

  @Test func `an empty system prompt and an empty placeholder send no message`() throws {
    let template = try template("q", ["system_prompt": "{{ s }}", "messages": [["placeholder": "h"]]])
    let request = try template.render(inputs: ["s": "", "h": " "], ImageReader())
    #expect(request.messages == [ChatMessage(.user, "q")])
  }

  @Test func `images come from https and data addresses, with variables`() throws {
    let template = try template(
      "What is it?",
      ["messages": [["role": "user", "content": [["type": "image", "source": "{{ photo }}"]]]]])
    let sources: [(String, ImageSource)] = [
      ("https://example.org/a.png", .url("https://example.org/a.png")),
      (Self.pixel, .data(mediaType: "image/png", base64: "iVBORw0KGgo=")),
    ]
    for (source, image) in sources {
      let request = try template.render(inputs: ["photo": .string(source)], ImageReader())
      #expect(request.turns == [ChatMessage(.user, parts: [.image(image)])])
      #expect(!request.input.contains("base64") && request.input.contains("[image]"))
    }
  }

  @Test(
    arguments: [
      ([["role": "narrator", "content": "x"]], "narrator"), ([["content": "x"]], "role"),
      ([["role": "user"]], "content"), ([["role": "user", "content": 7]], "7"),
      ([["role": "user", "content": "x", "colour": "red"]], "colour"),
      ([["role": "user", "content": [["type": "sound"]]]], "sound"),
      ([["placeholder": "h", "role": "user"]], "placeholder"), ([["placeholder": " "]], "placeholder"),
    ] as [(JSONValue, String)])
  func `invalid turns are refused with their fault`(messages: JSONValue, word: String) throws {
    let error = #expect(throws: EvaluationError.self) { try template("q", ["messages": messages]) }
    #expect(error?.description.contains(word) == true)
  }

  @Test(arguments: ["no JSON", "{}", "[1]", #"[{"role":"user"}]"#])
  func `a placeholder's column without valid turns is refused with its fault`(history: String) throws {
    let template = try template("q", ["messages": [["placeholder": "h"]]])
    #expect(throws: EvaluationError.self) { try template.render(inputs: ["h": .string(history)], ImageReader()) }
  }

  @Test(arguments: [
    ("", "empty"), ("http://example.org/a.png", "https"), ("data:text/plain,hello", "data:"), ("a.png", "not allowed"),
  ])
  func `an image that cannot be sent is refused with its fault`(source: String, word: String) {
    let error = #expect(throws: EvaluationError.self) { try ImageReader().image(source) }
    #expect(error?.description.contains(word) == true)
  }

  @Test func `an image file is sent with the type of its first bytes`() throws {
    let files: [String: [UInt8]] = [
      "a.jpg": [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "b.png": [0xFF, 0xD8, 0xFF, 0xE0],
      "c": Array("RIFF0000WEBP".utf8), "d": Array("GIF89a".utf8), "e.png": Array("<svg/>".utf8),
      "f.png": [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: 5 << 20),
    ]
    let reader = ImageReader { files[$0] ?? [] }
    let types = try ["a.jpg", "b.png", "c", "d"].map { path in
      guard case .data(let type, _) = try reader.image(path) else { return "" }
      return type
    }
    #expect(types == ["image/png", "image/jpeg", "image/webp", "image/gif"])
    for path in ["e.png", "f.png"] { #expect(throws: EvaluationError.self) { try reader.image(path) } }
  }

  @Test func `settings are sent under the names of Chat Completions`() throws {
    let settings = try RequestSettings([
      "system_prompt": "s", "messages": [["role": "user", "content": "x"]], "temperature": 0.5, "stop": ["."],
      "reasoning_effort": "low", "response_schema": ["type": "object"],
    ])
    let parameters = RequestParameters(settings)
    #expect(parameters.object.keys == ["temperature", "stop", "reasoning_effort", "response_format"])
    #expect(parameters.responseSchema?.schema == ["type": "object"])
  }
}

@Suite struct TemplateHintTests {
  @Test(arguments: [
    ("Translate: {text}", "{{ text }}"), ("${text}", "{{ text }}"), ("<text>", "{{ text }}"),
    ("%(text)s", "{{ text }}"),
    ("{% if text %}x{% endif %}", "no conditions"), ("{{#each text}}", "no conditions"),
  ])
  func `text that other tools would replace is named`(text: String, words: String) {
    let warnings = TemplateHints.warnings([text], columns: ["text", "other"])
    #expect(warnings.count == 1 && warnings[0].contains(words))
  }

  @Test(arguments: [
    "{{ text }}", "{{text}}", "{{{text}}}", "{\"text\": 1}", "text", "{other_text}", "", "a < b > c",
    "<text>{{ text }}</text>",
  ])
  func `variables, JSON and plain text cause no hints`(text: String) {
    #expect(TemplateHints.warnings([text], columns: ["text"]).isEmpty)
  }
}
