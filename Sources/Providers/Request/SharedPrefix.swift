import JSONCoding

/// The beginning that a request has in common with others, which a provider can keep in its cache.
package struct SharedPrefix: Sendable, Equatable {
  /// The number of messages that are the same in all of them.
  package var messages: Int
  /// The UTF-8 length of the beginning of the next message's first text that is the same too.
  package var bytes: Int
  /// The estimated number of tokens, with tools and the schema of the answer.
  package var tokens: Int
  /// Identifies everything that is the same.
  package var key: String

  package init(messages: Int, bytes: Int = 0, tokens: Int, key: String) {
    self.messages = messages
    self.bytes = bytes
    self.tokens = tokens
    self.key = key
  }
}

extension CompletionRequest {
  /// The messages, divided where the shared beginning ends, and the number of those in it; nil if it ends nowhere.
  ///
  /// A text is not divided where a part of it would be blank, because providers reject blank texts.
  func divided(at prefix: SharedPrefix) -> (messages: [ChatMessage], shared: Int, isWhole: Bool)? {
    let shared = min(prefix.messages, messages.count)
    let whole = shared > 0 ? (messages, shared, true) : nil
    guard prefix.bytes > 0, shared < messages.count, case .text(let text)? = messages[shared].parts.first,
      let beginning = String(text.utf8.prefix(prefix.bytes)), let rest = String(text.utf8.dropFirst(prefix.bytes)),
      !beginning.isBlank, !rest.isBlank
    else { return whole }
    var divided = messages
    divided[shared].parts.replaceSubrange(0..<1, with: [.text(beginning), .text(rest)])
    return (divided, shared, false)
  }
}
