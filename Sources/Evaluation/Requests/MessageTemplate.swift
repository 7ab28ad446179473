import JSONCoding
import Providers

/// A message with variables in its texts: a turn of a prompt version before its template.
struct MessageTemplate: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case text(Template)
    /// An https address, a data: address or a file.
    case image(Template)

    var template: Template {
      switch self {
      case .text(let template), .image(let template): template
      }
    }
  }

  /// The message without its texts.
  private let message: ChatMessage
  let parts: [Part]

  /// - Throws: ``EvaluationError`` for an object that is not a message in the form of Chat Completions.
  init(_ object: JSONObject) throws(EvaluationError) {
    message = try MessageReader.envelope(of: object)
    parts = try MessageReader.parts(of: object).map { part in
      switch part {
      case .text(let text): .text(Template(text))
      case .image(let source): .image(Template(source))
      }
    }
  }

  /// - Parameter texts: one for each of ``parts``, with its variables replaced.
  func render(_ texts: [String], _ images: ImageReader) throws(EvaluationError) -> ChatMessage {
    var message = message
    message.parts = []
    for (part, text) in zip(parts, texts) {
      switch part {
      case .text: message.parts.append(.text(text))
      case .image: message.parts.append(.image(try images.image(text)))
      }
    }
    return message
  }
}
