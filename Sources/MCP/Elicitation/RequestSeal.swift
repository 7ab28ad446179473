import JSONCoding
import JSONRPC

/// Signs what a client gives back with the answer to a question, so that an answer counts for its own question only.
///
/// The key lives as long as the process: another one asks again.
///
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
struct RequestSeal: Sendable {
  /// Seconds after which an answer counts no more.
  private static let lifetime = 600

  private let key: [UInt8]
  private let now: @Sendable () -> Int

  /// - Parameter now: seconds that never go back.
  init(
    key: [UInt8] = (0..<32).map { _ in UInt8.random(in: .min ... .max) },
    now: @escaping @Sendable () -> Int = RequestSeal.uptime
  ) {
    self.key = key
    self.now = now
  }

  private static let start = ContinuousClock.now

  @Sendable static func uptime() -> Int { Int((ContinuousClock.now - start).components.seconds) }

  /// The `requestState` of a question: when it expires, what it is about, and the signature of both.
  func state(of question: String) -> String {
    let text = "\(now() + Self.lifetime).\(Self.hex(SHA256.digest(Array(question.utf8))))"
    return "\(text).\(signature(of: text))"
  }

  /// Whether the state belongs to this question, and to now.
  /// - Throws: -32602 if it was not made here.
  func accepts(_ state: String, for question: String) throws(RPCError) -> Bool {
    let parts = state.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let expiry = Int(parts[0]),
      Self.areEqual(String(parts[2]), signature(of: "\(parts[0]).\(parts[1])"))
    else { throw .invalidParams("requestState was not given out by this server. Send the call again without it.") }
    return now() < expiry && parts[1] == Self.hex(SHA256.digest(Array(question.utf8)))
  }

  private func signature(of text: String) -> String {
    Self.hex(SHA256.authenticationCode(Array(text.utf8), key: key))
  }

  /// Compares in a time that tells nothing of where the difference is.
  private static func areEqual(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
