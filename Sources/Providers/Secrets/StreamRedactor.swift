/// Removes known keys from a text that arrives in pieces.
///
/// Text that could begin a key is held back until more has arrived. Spellings of keys consist of printable ASCII only,
/// so any text before a space or another character can be released.
struct StreamRedactor: Sendable {
  private let redactor: Redactor
  /// The held text, printable ASCII only.
  private var held = ""
  /// The length of the held text from which on it is searched.
  private var patience = StreamRedactor.tail * 2

  /// More than the longest spelling of the longest key.
  private static let tail = 1_024

  init(_ redactor: Redactor) {
    self.redactor = redactor
  }

  /// Adds a piece and returns the text that can be shown now.
  mutating func take(_ piece: String) -> String {
    guard redactor.knowsKeys else { return piece }
    guard let last = piece.utf8.lastIndex(where: { !(0x21...0x7e).contains($0) }) else {
      held += piece
      return held.utf8.count < patience ? "" : releaseBeginning()
    }
    let end = piece.utf8.index(after: last)
    let shown = redactor.redactKnown(held + piece[..<end])
    held = String(piece[end...])
    return shown
  }

  /// The remaining text at the end.
  mutating func finish() -> String {
    defer { held = "" }
    return redactor.redactKnown(held)
  }

  /// Releases all but the end of a very long word.
  private mutating func releaseBeginning() -> String {
    let bytes = Array(held.utf8)
    var cut = bytes.count - Self.tail
    let keys = redactor.knownKeys(in: bytes).sorted { $0.lowerBound > $1.lowerBound }
    for range in keys where range.contains(cut) { cut = range.lowerBound }
    let shown = redactor.redactKnown(String(decoding: bytes[..<cut], as: UTF8.self))
    held = String(decoding: bytes[cut...], as: UTF8.self)
    // A word that cannot be cut is searched again only after it has grown considerably.
    patience = max(Self.tail * 2, held.utf8.count * 2)
    return shown
  }
}
