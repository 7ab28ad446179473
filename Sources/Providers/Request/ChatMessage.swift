package import JSONCoding

/// One message of a conversation.
package struct ChatMessage: Sendable, Equatable {
  package enum Role: String, Sendable, CaseIterable {
    case system
    /// What newer models of OpenAI call the system.
    case developer
    case user, assistant
    /// The result of a tool.
    case tool
  }

  package var role: Role
  package var parts: [ContentPart]
  /// Which of several speakers of a role it is, where the provider tells them apart.
  package var name: String?
  /// The tools that an assistant calls.
  package var toolCalls: [ToolCall]
  /// The call of which a tool's message is the result.
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

  /// The texts of its parts, one after the other; a new value takes the place of all parts.
  package var content: String {
    get { parts.compactMap(\.text).joined() }
    set { parts = [.text(newValue)] }
  }
}

/// A part of what a message says.
package enum ContentPart: Sendable, Equatable {
  case text(String)
  case image(ImageSource)

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}

/// Where an image is.
package enum ImageSource: Sendable, Equatable {
  /// At an https address, from which the provider fetches it.
  case url(String)
  /// In the request.
  case data(mediaType: String, base64: String)
}

/// A tool that a model asks for.
package struct ToolCall: Sendable, Equatable {
  package var id: String
  package var name: String
  /// JSON text, as the model wrote it.
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
