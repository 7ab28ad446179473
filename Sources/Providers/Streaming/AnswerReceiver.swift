import JSONCoding
import Synchronization

/// Turns an answer that comes in pieces into text, while it comes.
///
/// An answer that is no event stream is kept for being read as a whole. Nothing behind the reason why the answer ended can
/// undo it.
final class AnswerReceiver: HTTPStreamReceiver {
  /// What has come when the answer is over, for whatever reason.
  enum Outcome: Sendable {
    /// Nothing, not even a status.
    case nothing
    /// An answer that was not streamed.
    case whole(HTTPResponse)
    case streamed(Streamed)
  }

  /// A streamed answer, as far as it came.
  struct Streamed: Sendable {
    let headers: HTTPHeaders
    let answer: JSONValue
    /// Characters of text that were handed on.
    let count: Int
    let text: String
    /// The provider has given the reason why it ended.
    let isWhole: Bool
    let progress: StreamProgress
    /// The provider has also said that nothing more comes.
    let hasEnded: Bool
    let fault: Fault?
    /// The first words that were no part of an answer, if nothing else came.
    let words: String?
    /// Milliseconds from sending the request to the first text.
    let firstText: Double?
  }

  /// Why the rest of an answer is of no use.
  enum Fault: Sendable, Equatable {
    case error(ProviderErrorBody)
    case unreadable(String)
    case tooLarge(limit: Int)
  }

  /// The most bytes of an answer's text, and of an answer that is not streamed.
  static let textLimit = 8 * 1_048_576

  private struct State {
    var status = 0
    var headers = HTTPHeaders()
    /// Nil until enough has come to tell.
    var isStream: Bool?
    var hasEnded = false
    var body: [UInt8] = []
    var parser = ServerSentEventParser()
    var assembler: any StreamAssembler
    var text = ""
    var surrogates = SurrogateJoiner()
    var hasRead = false
    var words: String?
    /// What of the text may be shown.
    var redaction: StreamRedactor
    var fault: Fault?
    var firstText: Double?
    var isClosed = false
  }

  private let state: Mutex<State>
  private let limit: Int
  private let elapsed: @Sendable () -> Double
  private let onText: @Sendable (String) -> Void

  /// - Parameters:
  ///   - redactor: knows the key that must not come back.
  ///   - elapsed: milliseconds since the request was sent.
  ///   - onText: takes new text as it comes; must not wait.
  init(
    _ assembler: any StreamAssembler, limit: Int = AnswerReceiver.textLimit, redactor: Redactor = Redactor(),
    elapsed: @escaping @Sendable () -> Double, onText: @escaping @Sendable (String) -> Void
  ) {
    state = Mutex(State(assembler: assembler, redaction: StreamRedactor(redactor)))
    self.limit = limit
    self.elapsed = elapsed
    self.onText = onText
  }

  func begin(status: Int, headers: HTTPHeaders) {
    state.withLock { state in
      state.status = status
      state.headers = headers
      if !(200..<300).contains(status) { state.isStream = false }
    }
  }

  func receive(_ bytes: [UInt8]) -> HTTPStreamAppetite {
    state.withLock { state in
      guard !state.isClosed, state.fault == nil else { return .nothing }
      if state.isStream == true { return parse(bytes, in: &state) }
      let appetite = collect(bytes, in: &state)
      guard state.isStream == nil, appetite == .more else { return appetite }
      state.isStream = isStream(state, isAll: false)
      return state.isStream == true ? parseCollected(in: &state) : .more
    }
  }

  private func isStream(_ state: State, isAll: Bool) -> Bool? {
    ServerSentEvent.isStream(state.body, labelled: state.headers["Content-Type"], isAll: isAll)
  }

  private func parseCollected(in state: inout State) -> HTTPStreamAppetite {
    defer { state.body = [] }
    let isLabelOnly = ServerSentEvent.isStream(state.body, labelled: nil, isAll: true) == false
    if isLabelOnly { state.words = String(decoding: state.body.prefix(200), as: UTF8.self) }
    return parse(state.body, in: &state)
  }

  private func parse(_ bytes: [UInt8], in state: inout State) -> HTTPStreamAppetite {
    do throws(ServerSentEventParser.TooLarge) {
      read(try state.parser.parse(bytes.span), in: &state)
    } catch {
      note(.tooLarge(limit: error.limit), in: &state)
      return .nothing
    }
    if state.fault != nil { return .nothing }
    return state.hasEnded ? .end : .more
  }

  /// Keeps the first fault, unless the answer is whole without what is missing.
  private func note(_ fault: Fault, in state: inout State) {
    if !state.assembler.isWhole {
      state.fault = state.fault ?? fault
    } else if case .tooLarge = fault {
      state.hasEnded = true
    }
  }

  /// What has come, after handing on the rest of the text; nothing is handed on after this.
  func close() -> Outcome {
    state.withLock { state in
      state.isClosed = true
      guard state.status > 0 else { return .nothing }
      if state.isStream == nil, isStream(state, isAll: true) == true {
        state.isStream = true
        _ = parseCollected(in: &state)
      }
      let isStream = state.isStream == true
      if isStream, state.fault == nil, let last = state.parser.finish() {
        read([last], in: &state)
        // An event that cannot be read at the very end is one that was cut off.
        if case .unreadable = state.fault { state.fault = nil }
      }
      let half = state.surrogates.finish()
      state.text += half
      let rest = state.redaction.take(half) + state.redaction.finish()
      if !rest.isEmpty { onText(rest) }
      guard isStream || state.fault != nil else {
        return .whole(HTTPResponse(status: state.status, headers: state.headers, body: state.body))
      }
      return .streamed(
        Streamed(
          headers: state.headers, answer: state.assembler.answer(text: state.text), count: state.text.count,
          text: state.text,
          isWhole: state.assembler.isWhole, progress: state.assembler.progress, hasEnded: state.hasEnded,
          fault: state.fault,
          words: state.hasRead ? nil : state.words, firstText: state.firstText))
    }
  }

  private func collect(_ bytes: [UInt8], in state: inout State) -> HTTPStreamAppetite {
    state.body += bytes
    if state.body.count <= limit { return .more }
    state.fault = .tooLarge(limit: limit)
    return .nothing
  }

  private func read(_ events: [ServerSentEvent], in state: inout State) {
    var new = ""
    for event in events where state.fault == nil && !state.hasEnded {
      switch state.assembler.read(event) {
      case .nothing: state.hasRead = true
      case .end: state.hasEnded = true
      case .words(let words): state.words = state.words ?? words
      case .text(let part):
        state.hasRead = true
        new += state.surrogates.take(part, of: event)
      case .error(let body): note(.error(body), in: &state)
      case .unreadable(let reason): note(.unreadable(reason), in: &state)
      }
    }
    guard !new.isEmpty else { return }
    if state.firstText == nil { state.firstText = elapsed() }
    state.text += new
    // Under the lock, so that nothing is handed on late or in another order.
    let shown = state.redaction.take(new)
    if !shown.isEmpty { onText(shown) }
    if state.text.utf8.count > limit { note(.tooLarge(limit: limit), in: &state) }
  }
}
