import Testing

@testable import Evaluation

@Suite struct TextThrottleTests {
  @Test func `the first part is forwarded at once, later ones wait together`() {
    var throttle = TextThrottle()
    #expect(throttle.add("a", at: 100) == .forward("a"))
    #expect(throttle.add("b", at: 110) == .hold(for: TextThrottle.interval - 10))
    #expect(throttle.add("c", at: 120) == .held)
    #expect(throttle.release(at: 433) == nil)
    #expect(throttle.release(at: 434) == "bc")
    #expect(throttle.release(at: 5_000) == nil)
    #expect(throttle.add("d", at: 5_000) == .forward("d"))
    #expect(throttle.rest() == nil)
  }

  @Test func `the rest is the text held at the end`() {
    var throttle = TextThrottle()
    #expect(throttle.add("a", at: 0) == .forward("a"))
    _ = throttle.add("b", at: 1)
    #expect(throttle.rest() == "b")
    #expect(throttle.rest() == nil)
    #expect(throttle.add("", at: 2) == .held)
    #expect(throttle.rest() == nil)
  }

  @Test(arguments: 1...20) func `nothing is lost or repeated, with at most four texts a second`(_ seed: Int) {
    var numbers = Lehmer(seed: UInt64(seed))
    var throttle = TextThrottle()
    var now = 0.0
    var wake: Double?
    var sent: [(time: Double, text: String)] = []
    var given = ""
    for number in 0..<3_000 {
      now += Double(numbers.next(60))
      if let due = wake, due <= now {
        wake = nil
        if let text = throttle.release(at: due) { sent.append((due, text)) }
      }
      let part = "\(number),"
      given += part
      switch throttle.add(part, at: now) {
      case .forward(let text): sent.append((now, text))
      case .hold(let delay): wake = now + delay
      case .held: break
      }
    }
    if let text = throttle.rest() { sent.append((now, text)) }
    #expect(sent.map(\.text).joined() == given)
    for index in sent.indices.dropFirst(4) { #expect(sent[index].time - sent[index - 4].time >= 1_000) }
    for (one, next) in zip(sent, sent.dropFirst()).dropLast() {
      #expect(next.time - one.time <= TextThrottle.interval + 60)
    }
  }
}

/// Random numbers that are the same in every run.
private struct Lehmer {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 7_919 % 2_147_483_647 }
  mutating func next(_ bound: Int) -> Int {
    state = state &* 48_271 % 2_147_483_647
    return Int(state % UInt64(bound))
  }
}
