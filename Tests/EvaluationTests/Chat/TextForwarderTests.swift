import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct TextForwarderTests {
  @Test func `text is forwarded at once, then at intervals, then at the end`() async {
    let clock = ManualClock()
    let texts = Mutex<[String]>([])
    let (forwarded, source) = AsyncStream.makeStream(of: Void.self)
    let forwarder = TextForwarder(clock: clock) { text in
      texts.withLock { $0.append(text) }
      source.yield()
    }
    let value = await forwarder.run {
      forwarder.take("a")
      #expect(texts.withLock { $0 } == ["a"])
      forwarder.take("b")
      forwarder.take("c")
      await clock.sleeper()
      #expect(texts.withLock { $0 } == ["a"])
      clock.advance(by: .milliseconds(TextThrottle.interval))
      for await _ in forwarded where texts.withLock({ $0.count }) == 2 { break }
      #expect(texts.withLock { $0 } == ["a", "bc"])
      forwarder.take("d")
      return 7
    }
    #expect(value == 7)
    #expect(texts.withLock { $0 } == ["a", "bc", "d"])
  }

  @Test func `work without text ends`() async {
    let forwarder = TextForwarder(clock: ManualClock()) { _ in Issue.record("there is no text") }
    await forwarder.run {}
  }
}
