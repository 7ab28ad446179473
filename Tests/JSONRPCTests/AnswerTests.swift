import JSONCoding
import JSONRPC
import Synchronization
import Testing

/// What an observer of a connection hears of its answers.
@Suite struct AnswerTests {
  private final class Observer: Sendable {
    private let heard = Mutex<[String]>([])
    var answers: [String] { heard.withLock { $0 } }

    func take(_ answer: Answer) {
      let outcome =
        switch answer.outcome {
        case .success(let result): JSONValue.object(result).text
        case .failure(let error): "\(error.code)"
        }
      let name = "\(answer.id?.json.text ?? "-") \(answer.request?.method ?? "-")"
      heard.withLock { $0.append("\(name): \(outcome)") }
    }
  }

  private func answers(to lines: [String]) async -> (answers: [String], isWhole: Bool) {
    let (observer, transport) = (Observer(), MemoryTransport())
    let connection = Connection(
      transport: transport, handler: TestHandler(), inOrder: true, observe: { observer.take($0) })
    transport.send(Array(lines.map { $0 + "\n" }.joined().utf8))
    transport.endInput()
    let isWhole = await connection.run()
    return (observer.answers, isWhole)
  }

  @Test func `an observer hears results, errors and refusals`() async {
    let (answers, isWhole) = await answers(to: [
      LineClient.message(1, "echo", ["x": 1]), LineClient.message(2, "nothing"), "{",
      #"{"jsonrpc":"2.0","id":3}"#, "[]", LineClient.message(nil, "note"),
    ])
    #expect(answers == [#"1 echo: {"x":1}"#, "2 nothing: -32601", "- -: -32700", "3 -: -32600", "- -: -32600"])
    #expect(isWhole)
  }

  @Test func `an early end is told`() async {
    let transport = MemoryTransport()
    let connection = Connection(transport: transport, handler: TestHandler())
    let run = Task { await connection.run() }
    connection.stop()
    #expect(await run.value == false)
  }
}
