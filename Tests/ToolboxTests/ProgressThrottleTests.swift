import JSONCoding
import JSONRPC
import Synchronization
import TestSupport
import Testing

@testable import Toolbox

@Suite struct ProgressThrottleTests {
  @Test func `the first and the last of many reports are forwarded`() async throws {
    let sent = Mutex<[Int]>([])
    let pace = ProgressThrottle(clock: ManualClock()) { (report: Int) in sent.withLock { $0.append(report) } }
    try await pace.follow { report in
      report(1)
      while sent.withLock({ $0.isEmpty }) { await Task.yield() }
      for number in 2...1000 { report(number) }
    }
    #expect(sent.withLock { $0 } == [1, 1000])
  }

  @Test func `work without reports forwards nothing, and its error is thrown`() async {
    struct Failure: Error {}
    let pace = ProgressThrottle(clock: ManualClock()) { (_: Int) in Issue.record("nothing was reported") }
    await #expect(throws: Failure.self) { try await pace.follow { _ in throw Failure() } }
  }

  @Test func `a run of many rows sends few notifications, the last one at the total`() async throws {
    let server = TestServer(pace: ManualClock())
    let csv = "text\n" + (0..<300).map { "row \($0)" }.joined(separator: "\n")
    let run = try await server.run(csv: csv)
    try await server.call(
      "runs_generate", ["id": .int(run), "wait_seconds": 600], meta: ["progressToken": "t"])
    let steps = server.sent.compactMap { $0.params?["progress"]?.intValue }
    #expect((1...2).contains(steps.count) && steps.last == 300)
  }
}
