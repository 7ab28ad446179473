import JSONCoding
import Synchronization

/// Turns an answer that arrives in pieces into text as it arrives.
///
/// An answer that is not an event stream is kept and parsed as a whole. Nothing after the finish reason can invalidate
/// an answer.
final class AnswerReceiver: HTTPStreamReceiver {
  /// The received data at the end of an answer, for whatever reason it ended.
  enum Outcome: Sendable {
    /// Nothing was received, not even a status.
    case nothing
    /// The answer was not streamed.
    case whole(HTTPResponse)
    case streamed(Streamed)
  }

  /// A streamed answer, as far as it was received.
  struct Streamed: Sendable {
    let headers: HTTPHeaders
    let answer: JSONValue
    /// The number of forwarded characters of text.
    let count: Int
    let text: String
    /// Whether the provider gave the finish reason.
    let isWhole: Bool
    let progress: StreamProgress
    /// Whether the provider also marked the end of the stream.
    let hasEnded: Bool
    let fault: Fault?
    /// The first words outside the answer, if there was no answer.
    let words: String?
    /// Milliseconds from sending the request to the first text.
    let firstText: Double?
  }

  /// Why the rest of an answer is useless.
  enum Fault: Sendable, Equatable {
    case error(ProviderErrorBody)
    case unreadable(String)
    case tooLarge(limit: Int)
  }

  /// The size limit in bytes of an answer's text, and of an unstreamed answer.
  static let textLimit = 8 * 1_048_576

  private struct State {
    var status = 0
    var headers = HTTPHeaders()
    /// Nil until enough has arrived to decide.
    var isStream: Bool?
    var hasEnded = false
    var body: [UInt8] = []
    var parser = ServerSentEventParser()
    var assembler: any StreamAssembler
    var text = ""
    var surrogates = SurrogateJoiner()
    var hasRead = false
    var words: String?
    /// Redacts the text for display.
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
  ///   - redactor: redacts the key of the request.
  ///   - elapsed: milliseconds since the request was sent.
  ///   - onText: receives new text as it arrives; must not block.
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

  func receive(_ bytes: [UInt8]) -> HTTPStreamDemand {
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

  private func parseCollected(in state: inout State) -> HTTPStreamDemand {
    defer { state.body = [] }
    let isLabelOnly = ServerSentEvent.isStream(state.body, labelled: nil, isAll: true) == false
    if isLabelOnly { state.words = String(decoding: state.body.prefix(200), as: UTF8.self) }
    return parse(state.body, in: &state)
  }

  private func parse(_ bytes: [UInt8], in state: inout State) -> HTTPStreamDemand {
    do throws(ServerSentEventParser.TooLarge) {
      read(try state.parser.parse(bytes.span), in: &state)
    } catch {
      note(.tooLarge(limit: error.limit), in: &state)
      return .nothing
    }
    if state.fault != nil { return .nothing }
    return state.hasEnded ? .end : .more
  }

  /// Records the first fault, unless the answer is complete without the missing part.
  private func note(_ fault: Fault, in state: inout State) {
    if !state.assembler.isWhole {
      state.fault = state.fault ?? fault
    } else if case .tooLarge = fault {
      state.hasEnded = true
    }
  }

  /// The received data, after forwarding the rest of the text; nothing is forwarded after this.
  func close() -> Outcome {
    state.withLock { state in
      state.isClosed = true
      guard state.status > 0 else { return .nothing }
      if state.isStream == nil, isStream(state, isAll: true) == true {
        state.isStream = true
        _ = parseCollected(in: &state)
      }
      let isStream = state.isStream == true
      if isStream, state.fault == nil { readEnd(in: &state) }
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

  private func readEnd(in state: inout State) {
    let events = state.parser.finish()
    read(events.dropLast(), in: &state)
    guard state.fault == nil else { return }
    read(events.suffix(1), in: &state)
    // An unreadable event at the very end was truncated.
    if case .unreadable = state.fault { state.fault = nil }
  }

  private func collect(_ bytes: [UInt8], in state: inout State) -> HTTPStreamDemand {
    state.body += bytes
    if state.body.count <= limit { return .more }
    state.fault = .tooLarge(limit: limit)
    return .nothing
  }

  private func read(_ events: some Sequence<ServerSentEvent>, in state: inout State) {
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
    // Under the lock, so that text is forwarded in order and never late.
    let shown = state.redaction.take(new)
    if !shown.isEmpty { onText(shown) }
    if state.text.utf8.count > limit { note(.tooLarge(limit: limit), in: &state) }
  }
}
