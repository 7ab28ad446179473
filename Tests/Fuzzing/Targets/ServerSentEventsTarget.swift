import JSONCoding
import Synchronization

@testable import Providers

extension FuzzTarget {
  /// Event streams: the same events and the same answer, however the bytes arrive.
  static let serverSentEvents = FuzzTarget(name: "server-sent-events") { bytes in
    var all: [[ServerSentEvent]?] = []
    for arrival in arrivals(of: bytes) { all.append(try events(in: arrival)) }
    try require(all.allSatisfy { $0 == all[0] }, "pieces give other events: \(all)")
    for event in all[0] ?? [] {
      try require(!event.data.utf8.contains(ASCII.carriageReturn), "a line break in the data")
      try require(!event.type.utf8.contains(ASCII.lineFeed), "a line break in the type")
    }
    try requireDecision(bytes)
    for format in [
      { ChatCompletionsStream() as any StreamAssembler }, { MessagesStream() as any StreamAssembler },
    ] {
      let answers = arrivals(of: bytes).map { answer(in: $0, format()) }
      try require(answers.allSatisfy { $0 == answers[0] }, "pieces give other answers: \(answers)")
      try require(answers[0].shown.isEmpty || answers[0].shown == answers[0].text, "text is shown that is not received")
    }
  }

  private static let largestEvent = 512

  /// The events of a stream; nil if one is too large.
  private static func events(in arrival: [[UInt8]]) throws -> [ServerSentEvent]? {
    var parser = ServerSentEventParser(limit: largestEvent)
    var events: [ServerSentEvent] = []
    do throws(ServerSentEventParser.TooLarge) {
      for piece in arrival { events += try parser.parse(piece.span) }
    } catch {
      return nil
    }
    if let last = parser.finish() { events.append(last) }
    return events
  }

  /// Once it is decided whether a body is a stream, more of it changes nothing.
  private static func requireDecision(_ bytes: [UInt8]) throws {
    for type in [nil, "text/event-stream", "application/json"] {
      var decision: Bool?
      for count in 0...min(bytes.count, 40) {
        let next = ServerSentEvent.isStream(bytes.prefix(count), labelled: type, isAll: false)
        try require(decision == nil || next == decision, "more of a body makes it another one")
        decision = next
      }
      let end = ServerSentEvent.isStream(bytes, labelled: type, isAll: true)
      try require(end != nil && (decision == nil || end == decision), "the end of a body makes it another one")
    }
  }

  private struct ReceivedAnswer: Equatable {
    var text = ""
    var shown = ""
    var answer = ""
    var isWhole = false
    var fault: AnswerReceiver.Fault?
  }

  private static func answer(in arrival: [[UInt8]], _ assembler: any StreamAssembler) -> ReceivedAnswer {
    let shown = Mutex("")
    let receiver = AnswerReceiver(assembler, elapsed: { 1 }, onText: { part in shown.withLock { $0 += part } })
    receiver.begin(status: 200, headers: ["Content-Type": "text/event-stream"])
    for piece in arrival { _ = receiver.receive(piece) }
    let outcome = receiver.close()
    let text = shown.withLock { $0 }
    switch outcome {
    case .nothing: return ReceivedAnswer()
    case .whole(let response):
      return ReceivedAnswer(text: String(decoding: response.body, as: UTF8.self), shown: text, isWhole: true)
    case .streamed(let streamed):
      return ReceivedAnswer(
        text: streamed.text, shown: text, answer: streamed.answer.text, isWhole: streamed.isWhole,
        fault: streamed.fault)
    }
  }
}
