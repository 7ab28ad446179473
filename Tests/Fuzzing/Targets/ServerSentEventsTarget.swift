import JSONCoding
import Synchronization

@testable import Providers

extension FuzzTarget {
  /// Event streams: the same events and the same answer, however the bytes arrive, and all data in its order.
  static let serverSentEvents = FuzzTarget(name: "server-sent-events") { bytes in
    var all: [[ServerSentEvent]?] = []
    for arrival in arrivals(of: bytes) { all.append(try events(in: arrival)) }
    try require(all.allSatisfy { $0 == all[0] }, "pieces give other events: \(all)")
    for event in all[0] ?? [] {
      try require(!event.data.utf8.contains(ASCII.carriageReturn), "a line break in the data")
      try require(!event.type.utf8.contains(ASCII.lineFeed), "a line break in the type")
    }
    if let events = all[0] { try requireData(of: events, bytes) }
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
    events += parser.finish()
    return events
  }

  /// The events as the specification has them, and all data where this program ends events earlier.
  private static func requireData(of events: [ServerSentEvent], _ bytes: [UInt8]) throws {
    let (expected, isPlain) = eventsByHand(bytes)
    let data = (found: events.map(\.data).joined(separator: "\n"), all: expected.map(\.data).joined(separator: "\n"))
    try require(data.found.utf8.elementsEqual(data.all.utf8), "the data is \(data.found), not \(data.all)")
    try require(events.count >= expected.count, "\(events.count) of \(expected.count) events")
    try require(!isPlain || events == expected, "the events are \(events), not \(expected)")
  }

  /// - Returns: the events, and whether none has more than one line of data or another field behind it.
  private static func eventsByHand(_ bytes: [UInt8]) -> (events: [ServerSentEvent], isPlain: Bool) {
    var text = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    if text.first == "\u{feff}", bytes.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst() }
    var (lines, line, last) = ([String](), String.UnicodeScalarView(), Unicode.Scalar(0))
    for scalar in text {
      if scalar == "\r" || scalar == "\n" && last != "\r" {
        lines.append(String(line))
        line = .init()
      } else if scalar != "\n" {
        line.append(scalar)
      }
      last = scalar
    }
    lines += [String(line), ""]
    var (events, isPlain, id, type): ([ServerSentEvent], Bool, String, String) = ([], true, "", "")
    var data: [String]?
    for line in lines {
      if line.isEmpty {
        if let data { events.append(ServerSentEvent(type: type, data: data.joined(separator: "\n"), id: id)) }
        (data, type) = (nil, "")
        continue
      }
      let scalars = line.unicodeScalars
      let name = String(scalars.prefix { $0 != ":" })
      let rest = scalars.dropFirst(name.unicodeScalars.count + 1)
      let value = String(rest.dropFirst(rest.first == " " ? 1 : 0))
      switch name {
      case "data":
        if data != nil { isPlain = false }
        data = (data ?? []) + [value]
      case "event":
        if data != nil { isPlain = false }
        type = value
      case "id": if !value.unicodeScalars.contains("\0") { id = value }
      default: break
      }
    }
    return (events, isPlain)
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
