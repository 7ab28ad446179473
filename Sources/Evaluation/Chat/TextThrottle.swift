/// Lets the parts of a text through in order, the first at once and then one every so often, none lost and none twice.
struct TextThrottle: Sendable {
  /// What becomes of a part.
  enum Step: Equatable, Sendable {
    /// This text goes out now.
    case forward(String)
    /// The part is kept; ``release(at:)`` is to be called after so many milliseconds.
    case hold(for: Double)
    /// The part is kept with others that wait already.
    case held
  }

  /// Milliseconds between two texts.
  ///
  /// A third of a second: with the rest at the end they are never more than four a second.
  static let interval = 334.0

  private var waiting = ""
  /// When the next text may go out.
  private(set) var next = -Double.infinity

  mutating func add(_ part: String, at now: Double) -> Step {
    if part.isEmpty { return .held }
    let wasWaiting = !waiting.isEmpty
    waiting += part
    if wasWaiting { return .held }
    return release(at: now).map(Step.forward) ?? .hold(for: next - now)
  }

  /// What may go out now; nil if it is too early or nothing waits.
  mutating func release(at now: Double) -> String? {
    guard now >= next, !waiting.isEmpty else { return nil }
    next = now + Self.interval
    return rest()
  }

  /// What still waits; nil if nothing does.
  mutating func rest() -> String? {
    defer { waiting = "" }
    return waiting.isEmpty ? nil : waiting
  }
}
