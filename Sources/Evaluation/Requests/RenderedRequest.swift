import JSONCoding
package import Providers

/// The messages sent for a row.
package struct RenderedRequest: Sendable, Equatable {
  package let system: String?
  package let turns: [ChatMessage]
  /// The last message, which is the user's.
  package let prompt: String

  package var messages: [ChatMessage] {
    (system.map { [ChatMessage(.system, $0)] } ?? []) + turns + [ChatMessage(.user, prompt)]
  }

  /// The request as shown to a judge or a person: the prompt, preceded by the earlier turns.
  package var input: String {
    if turns.isEmpty { return prompt }
    return (turns + [ChatMessage(.user, prompt)]).map(\.transcript).joined(separator: "\n\n")
  }

  /// The images of the conversation, in order.
  var images: [ImageSource] { turns.flatMap(\.images) }

  /// The ``TextSize``, from which tokens are estimated.
  var size: Int { messages.reduce(0) { $0 + $1.size } }
}

extension ChatMessage {
  /// The size that an image counts as: some thousand tokens of text, about as much as a large photo.
  private static let imageSize = 4_000

  /// The ``TextSize`` of what it says.
  var size: Int {
    parts.reduce(0) { sum, part in
      switch part {
      case .text(let text): sum + TextSize.of(text)
      case .image: sum + Self.imageSize
      }
    } + toolCalls.reduce(0) { $0 + TextSize.of($1.name) + TextSize.of($1.arguments) }
  }

  /// The message as a line of a conversation: `assistant: It is Paris`.
  fileprivate var transcript: String {
    let calls = toolCalls.map { "\($0.name)(\($0.arguments))" }
    let images = parts.count { $0.text == nil }
    let texts = [content.nonEmpty, images > 0 ? "[\(images == 1 ? "image" : "\(images) images")]" : nil].compactMap(
      \.self)
    return "\(role.rawValue): \((texts + calls).joined(separator: "\n"))"
  }
}
