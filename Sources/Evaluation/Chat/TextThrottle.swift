/// Releases the parts of a text in order: the first at once, later ones at intervals, none lost or repeated.
struct TextThrottle: Sendable {
  /// The treatment of a part.
  enum Step: Equatable, Sendable {
    /// Forward this text now.
    case forward(String)
    /// The part is held; call ``release(at:)`` after this many milliseconds.
    case hold(for: Double)
    /// The part is held with others.
    case held
  }

  /// Milliseconds between two texts.
  ///
  /// A third of a second, so that with the rest at the end there are never more than four a second.
  static let interval = 334.0

  private var waiting = ""
  /// The earliest time of the next text.
  private(set) var next = -Double.infinity

  mutating func add(_ part: String, at now: Double) -> Step {
    if part.isEmpty { return .held }
    let wasWaiting = !waiting.isEmpty
    waiting += part
    if wasWaiting { return .held }
    return release(at: now).map(Step.forward) ?? .hold(for: next - now)
  }

  /// The text to forward now; nil if it is too early or nothing is held.
  mutating func release(at now: Double) -> String? {
    guard now >= next, !waiting.isEmpty else { return nil }
    next = now + Self.interval
    return rest()
  }

  /// The text still held; nil if there is none.
  mutating func rest() -> String? {
    defer { waiting = "" }
    return waiting.isEmpty ? nil : waiting
  }
}
