/// Takes known keys out of a text that comes in pieces.
///
/// What could be the beginning of a key is held back until more has come. No spelling of a key has anything but the
/// printable characters of ASCII in it, so that whatever stands before a blank or another character is through.
struct StreamRedactor: Sendable {
  private let redactor: Redactor
  /// Printable ASCII only.
  private var held = ""
  /// The length of the held text from which on it is looked through.
  private var patience = StreamRedactor.tail * 2

  /// More than the longest key in its longest spelling has.
  private static let tail = 1_024

  init(_ redactor: Redactor) {
    self.redactor = redactor
  }

  /// Takes a piece; gives what can be shown now.
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

  /// What is left when nothing more comes.
  mutating func finish() -> String {
    defer { held = "" }
    return redactor.redactKnown(held)
  }

  /// Of a very long word, all but the end.
  private mutating func releaseBeginning() -> String {
    let bytes = Array(held.utf8)
    var cut = bytes.count - Self.tail
    let keys = redactor.knownKeys(in: bytes).sorted { $0.lowerBound > $1.lowerBound }
    for range in keys where range.contains(cut) { cut = range.lowerBound }
    let shown = redactor.redactKnown(String(decoding: bytes[..<cut], as: UTF8.self))
    held = String(decoding: bytes[cut...], as: UTF8.self)
    // A word that cannot be cut is looked through again only when it has grown much.
    patience = max(Self.tail * 2, held.utf8.count * 2)
    return shown
  }
}
