import JSONCoding
import JSONRPC
import Synchronization

/// The open questions of calls in the stateless protocol, by the `requestState` that the client sends back.
///
/// An answer is valid once, only for its own question and for ten minutes. The questions live as long as the process; another
/// process must ask again.
///
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
final class PendingQuestions: Sendable {
  /// Seconds after which an answer is no longer valid.
  private static let lifetime = 600
  /// The largest number of open questions; a new one replaces the oldest.
  private static let capacity = 1_000

  private struct Question {
    let state: String
    let subject: String
    let expiry: Int
  }

  private let questions = Mutex<[Question]>([])
  private let now: @Sendable () -> Int

  /// - Parameter now: monotonic time in seconds.
  init(now: @escaping @Sendable () -> Int = PendingQuestions.uptime) {
    self.now = now
  }

  private static let start = ContinuousClock.now

  @Sendable static func uptime() -> Int { Int((ContinuousClock.now - start).components.seconds) }

  /// Registers a question about a subject and returns its `requestState`, which cannot be guessed.
  func ask(about subject: String) -> String {
    let state = [UInt64.random(in: .min ... .max), .random(in: .min ... .max)].map { String($0, radix: 36) }.joined()
    questions.withLock {
      if $0.count == Self.capacity { $0.removeFirst() }
      $0.append(Question(state: state, subject: subject, expiry: now() + Self.lifetime))
    }
    return state
  }

  /// Whether the state belongs to a question about this subject that has not expired, and was not accepted before.
  ///
  /// - Throws: -32602 if this process does not know the state.
  func accepts(_ state: String, about subject: String) throws(RPCError) -> Bool {
    let now = now()
    let isAccepted: Bool? = questions.withLock { questions in
      guard let index = questions.lastIndex(where: { $0.state == state }) else { return nil }
      let question = questions[index]
      guard now < question.expiry, question.subject == subject else { return false }
      questions.remove(at: index)
      return true
    }
    guard let isAccepted else {
      throw .invalidParams("requestState is not from this server, or was used before. Send the call again without it.")
    }
    return isAccepted
  }
}
