import JSONCoding
import Providers

/// A message with variables in its texts: a turn of a prompt version before its template.
struct MessageTemplate: Sendable, Equatable {
  /// A text of a message.
  enum Text: Sendable, Equatable {
    case part(Template)
    /// An https address, a data: address or a file.
    case image(Template, place: String)
    /// The arguments of a tool call.
    case arguments(ArgumentsTemplate)
  }

  /// What is sent but for the variables; its parts are among ``texts``.
  let message: ChatMessage
  /// The parts, and then the arguments of its tool calls.
  let texts: [Text]

  /// - Throws: ``EvaluationError`` for what is no message in the form of Chat Completions.
  init(_ object: JSONObject, at place: String) throws(EvaluationError) {
    message = try MessageReader.envelope(of: object, at: place)
    let parts = try MessageReader.parts(of: object, at: place).map { part -> Text in
      switch part {
      case .text(let text): .part(Template(text))
      case .image(let source, let place): .image(Template(source), place: place)
      }
    }
    texts = parts + message.toolCalls.map { .arguments(ArgumentsTemplate($0.arguments)) }
  }

  /// - Parameter rendered: one for each of ``texts``, with its variables replaced.
  func render(_ rendered: some Collection<String>, _ images: ImageReader) throws(EvaluationError) -> ChatMessage {
    var message = message
    var arguments: [String] = []
    for (text, rendered) in zip(texts, rendered) {
      switch text {
      case .part: message.parts.append(.text(rendered))
      case .image(_, let place): message.parts.append(.image(try images.image(rendered, at: place)))
      case .arguments: arguments.append(rendered)
      }
    }
    for (index, arguments) in arguments.enumerated() { message.toolCalls[index].arguments = arguments }
    return message
  }
}
