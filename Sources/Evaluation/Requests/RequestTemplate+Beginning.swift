import JSONCoding
import Providers
import Store

extension RequestTemplate {
  /// What all requests made of a template begin with.
  struct Beginning: Sendable, Equatable {
    /// The messages that are the same in all of them.
    var messages: [ChatMessage] = []
    /// The beginning of the text of the next message.
    var text = ""

    /// Every character that is the same, in the order of sending.
    fileprivate var whole: String { (messages.map(\.chatCompletions.text) + [text]).joined(separator: "\n") }

    /// - Parameter beside: what is sent with the messages and is always the same, such as tools.
    func prefix(beside: String, _ gauge: TokenEstimator = TokenEstimator()) -> SharedPrefix? {
      if messages.isEmpty, text.isEmpty { return nil }
      let size = messages.reduce(TextSize.of(text) + TextSize.of(beside)) { $0 + $1.size + TextSize.framing }
      return SharedPrefix(
        messages: messages.count, bytes: text.utf8.count, tokens: gauge.tokens(ofBytes: size),
        key: Fingerprint.of(beside + "\u{1f}" + whole))
    }
  }

  /// What all requests begin with: the messages before the first variable, and the text up to it.
  ///
  /// - Parameter images: the reader of the images that are always the same.
  func beginning(_ images: ImageReader) -> Beginning {
    var beginning = Beginning()
    if let system {
      guard system.variables.isEmpty else {
        beginning.text = system.beginning
        return beginning
      }
      if let text = system.render(values: []).nonEmpty { beginning.messages.append(ChatMessage(.system, text)) }
    }
    for turn in turns {
      guard case .message(let message, _) = turn else { return beginning }
      guard let fixed = message.fixed(images) else {
        beginning.text = message.beginning
        return beginning
      }
      beginning.messages.append(fixed)
    }
    if prompt.variables.isEmpty {
      beginning.messages.append(ChatMessage(.user, prompt.render(values: [])))
    } else {
      beginning.text = prompt.beginning
    }
    return beginning
  }
}

extension MessageTemplate.Text {
  fileprivate var hasNoVariables: Bool {
    switch self {
    case .part(let template), .image(let template, _): template.variables.isEmpty
    case .arguments(let arguments): arguments.variables.isEmpty
    }
  }

  /// The text of one without variables.
  fileprivate var written: String {
    switch self {
    case .part(let template), .image(let template, _): template.render(values: [])
    case .arguments(let arguments): arguments.render(values: [])
    }
  }
}

extension MessageTemplate {
  /// The message, if it has no variables and can be sent.
  fileprivate func fixed(_ images: ImageReader) -> ChatMessage? {
    guard texts.allSatisfy(\.hasNoVariables) else { return nil }
    do { return try render(texts.map(\.written), images) } catch { return nil }
  }

  /// The text of its first part before the first variable.
  fileprivate var beginning: String {
    if case .part(let template)? = texts.first { template.beginning } else { "" }
  }
}
