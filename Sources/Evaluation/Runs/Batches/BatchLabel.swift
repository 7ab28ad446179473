import Store

/// The name of a batch before its provider has given it an id, and the ids of its requests.
struct BatchLabel: Sendable, Equatable {
  /// Letters and digits, of which nobody can guess the next ones.
  let text: String

  init(_ text: String) { self.text = text }

  static func random() -> BatchLabel { BatchLabel("ck" + Boundary.random().mark) }

  /// The id of a request: `LABEL-ROW-REPEAT`.
  func id(of key: AnswerKey) -> String { "\(text)-\(key.rowIndex)-\(key.repeatIndex)" }

  /// The answer with an id; nil for an id of another batch.
  func key(of id: String) -> AnswerKey? {
    guard id.hasPrefix(text) else { return nil }
    let parts = id.dropFirst(text.count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isEmpty, let row = Int(parts[1]), let number = Int(parts[2]) else { return nil }
    let key = AnswerKey(rowIndex: row, repeatIndex: number)
    return self.id(of: key) == id ? key : nil
  }
}
