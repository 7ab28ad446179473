package import JSONCoding
import Providers
package import Store

/// The template of a prompt version's request: its system prompt, turns and template, with variables.
package struct RequestTemplate: Sendable, Equatable {
  enum Turn: Sendable, Equatable {
    case message(MessageTemplate, place: String)
    /// The turns in a column: a JSON array of messages.
    case placeholder(column: String)
  }

  let system: Template?
  let turns: [Turn]
  /// The last message, which is the user's.
  package let prompt: Template
  /// The distinct names, in order of first appearance.
  package let variables: [String]
  /// Every text, in the order of sending.
  private let texts: [Text]
  /// The indices into ``variables`` of the variables of each text.
  private let places: [[Int]]

  /// A request with only a template.
  package init(_ template: String) {
    self.init(system: nil, turns: [], prompt: Template(template))
  }

  /// The template of a prompt version with its settings, or a run's.
  ///
  /// - Throws: ``EvaluationError`` for turns that are not valid messages.
  package init(_ template: String, _ settings: RequestSettings) throws(EvaluationError) {
    var turns: [Turn] = []
    var toolTurns = ToolTurns()
    var hasPlaceholder = false
    for (index, object) in settings.messages.enumerated() {
      let place = "messages[\(index)]"
      guard let column = object["placeholder"]?.stringValue else {
        let message = try MessageTemplate(object, at: place)
        // What a column holds is known for each row only.
        if !hasPlaceholder { try toolTurns.take(message.message, at: place) }
        turns.append(.message(message, place: place))
        continue
      }
      guard object.count == 1, !column.isBlank else {
        throw EvaluationError(
          "\(place).placeholder names a column and has nothing beside it: {\"placeholder\": \"history\"}.")
      }
      hasPlaceholder = true
      turns.append(.placeholder(column: column))
    }
    if !hasPlaceholder { try toolTurns.requireResults(before: "template") }
    self.init(system: settings.systemPrompt.map { Template($0) }, turns: turns, prompt: Template(template))
  }

  private init(system: Template?, turns: [Turn], prompt: Template) {
    self.system = system
    self.turns = turns
    self.prompt = prompt
    var variables: [String] = []
    func place(_ name: String) -> Int {
      if let index = variables.firstIndex(of: name) { return index }
      variables.append(name)
      return variables.count - 1
    }
    texts = Self.texts(system, turns, prompt)
    places = texts.map { text in
      switch text {
      case .template(let template), .image(let template): template.variables.map(place)
      case .arguments(let arguments): arguments.variables.map(place)
      case .column(let name): [place(name)]
      }
    }
    self.variables = variables
  }

  /// Warnings about text that other tools would replace as a variable but that is sent unchanged here.
  package func hints(columns: [String]) -> [String] { TemplateHints.warnings(sources, columns: columns) }

  /// The texts as written.
  var sources: [String] {
    texts.compactMap {
      switch $0 {
      case .template(let template), .image(let template): template.source
      case .arguments, .column: nil
      }
    }
  }

  /// The texts that are sent as words, not as images.
  var words: [Template] {
    texts.compactMap {
      if case .template(let template) = $0 { template } else { nil }
    }
  }

  fileprivate enum Text: Sendable, Equatable {
    case template(Template)
    /// The source of an image.
    case image(Template)
    case arguments(ArgumentsTemplate)
    case column(String)
  }

  private static func texts(_ system: Template?, _ turns: [Turn], _ prompt: Template) -> [Text] {
    let turns = turns.flatMap { turn -> [Text] in
      switch turn {
      case .message(let message, _): message.texts.map(Text.init)
      case .placeholder(let column): [.column(column)]
      }
    }
    return (system.map { [.template($0)] } ?? []) + turns + [.template(prompt)]
  }

  // MARK: Rendering

  /// The last message with every variable replaced.
  ///
  /// - Parameter values: one for each of ``variables``, in their order.
  package func renderPrompt(values: [String]) -> String {
    prompt.render(values: places[places.count - 1].map { values[$0] })
  }

  /// Every text with its variables replaced; equal texts mean equal requests.
  func renderTexts(values: [String]) -> [String] {
    zip(texts, places).map { text, places in
      switch text {
      case .template(let template), .image(let template): template.render(values: places.map { values[$0] })
      case .arguments(let arguments): arguments.render(values: places.map { values[$0] })
      case .column: values[places[0]]
      }
    }
  }

  /// The conversation for a row.
  ///
  /// - Parameter values: one for each of ``variables``, in their order.
  /// - Throws: ``EvaluationError`` for a column without valid turns, or an image that cannot be sent.
  package func render(values: [String], _ images: ImageReader) throws(EvaluationError) -> RenderedRequest {
    var texts = renderTexts(values: values)[...]
    let systemText = system == nil ? nil : texts.removeFirst()
    var messages: [ChatMessage] = []
    var toolTurns = ToolTurns()
    for turn in turns {
      switch turn {
      case .message(let template, let place):
        let message = try template.render(texts.prefix(template.texts.count), images)
        texts = texts.dropFirst(template.texts.count)
        try toolTurns.take(message, at: place)
        messages.append(message)
      case .placeholder(let column):
        for turn in try Self.turns(texts.removeFirst(), column: column, images) {
          try toolTurns.take(turn.message, at: turn.place)
          messages.append(turn.message)
        }
      }
    }
    try toolTurns.requireResults(before: "template")
    return RenderedRequest(system: systemText?.nonEmpty, turns: messages, prompt: texts.first ?? "")
  }

  /// The conversation for inputs given by name.
  ///
  /// - Throws: ``EvaluationError`` for variables without a value, and ``EvaluationError`` as ``render(values:_:)``.
  package func render(inputs: JSONObject, _ images: ImageReader) throws -> RenderedRequest {
    let missing = variables.filter { inputs[$0] == nil }
    guard missing.isEmpty else { throw EvaluationError.noValue(for: missing) }
    return try render(values: variables.map { inputs[$0].map { $0.stringValue ?? $0.text } ?? "" }, images)
  }

  private static func turns(
    _ text: String, column: String, _ images: ImageReader
  ) throws(EvaluationError) -> [MessageReader.Placed] {
    if text.isBlank { return [] }
    guard let values = array(text) else {
      throw EvaluationError(
        "The column \(column) is a placeholder for turns and holds \"\(text.prefix(40))\", which is not a JSON array of messages."
      )
    }
    return try MessageReader.messages(values, at: column, images)
  }

  private static func array(_ text: String) -> [JSONValue]? {
    do { return try JSONValue(parsing: text).arrayValue } catch { return nil }
  }
}

extension RequestTemplate.Text {
  fileprivate init(_ text: MessageTemplate.Text) {
    switch text {
    case .part(let template): self = .template(template)
    case .image(let template, _): self = .image(template)
    case .arguments(let arguments): self = .arguments(arguments)
    }
  }
}
