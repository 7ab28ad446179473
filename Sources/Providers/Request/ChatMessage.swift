package import JSONCoding

/// One message of a conversation.
package struct ChatMessage: Sendable, Equatable {
  package enum Role: String, Sendable, CaseIterable {
    case system
    /// The name for the system role in newer models of OpenAI.
    case developer
    case user, assistant
    /// The result of a tool.
    case tool
  }

  package var role: Role
  package var parts: [ContentPart]
  /// The speaker's name, where the provider distinguishes several speakers of a role.
  package var name: String?
  /// The assistant's tool calls.
  package var toolCalls: [ToolCall]
  /// The call whose result a tool message holds.
  package var toolCallID: String?
  /// The thoughts of an assistant that calls tools, as ``Completion/signedThoughts``.
  package var signedThoughts: [JSONValue] = []

  package init(_ role: Role, _ content: String) {
    self.init(role, parts: [.text(content)])
  }

  package init(
    _ role: Role, parts: [ContentPart], name: String? = nil, toolCalls: [ToolCall] = [], toolCallID: String? = nil
  ) {
    self.role = role
    self.parts = parts
    self.name = name
    self.toolCalls = toolCalls
    self.toolCallID = toolCallID
  }

  /// The images among its parts.
  package var images: [ImageSource] {
    parts.compactMap { part in
      if case .image(let image) = part { image } else { nil }
    }
  }

  /// The concatenated texts of its parts; setting it replaces all parts.
  package var content: String {
    get { parts.compactMap(\.text).joined() }
    set { parts = [.text(newValue)] }
  }
}

/// A part of a message's content.
package enum ContentPart: Sendable, Equatable {
  case text(String)
  case image(ImageSource)

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}

/// The source of an image.
package enum ImageSource: Sendable, Equatable {
  /// An https address, from which the provider fetches the image.
  case url(String)
  /// The image itself, embedded in the request.
  case data(mediaType: String, base64: String)
}

/// A model's call of a tool.
package struct ToolCall: Sendable, Equatable {
  package var id: String
  package var name: String
  /// JSON text as written by the model.
  package var arguments: String
  /// What Gemini gives with a call and wants back with it, such as the signature of its thoughts; no other vendor is sent it
  /// (ai.google.dev/gemini-api/docs/thought-signatures).
  package var extraContent: JSONValue?

  package init(id: String, name: String, arguments: String, extraContent: JSONValue? = nil) {
    self.id = id
    self.name = name
    self.arguments = arguments
    self.extraContent = extraContent
  }
}
