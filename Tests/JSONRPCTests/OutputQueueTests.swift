import Testing

@testable import JSONRPC

@Suite struct OutputQueueTests {
  @Test func `elements leave in the order in which they came`() {
    var queue = OutputQueue<Int>()
    var left: [Int] = []
    for round in 0..<5000 {
      _ = queue.append(2 * round)
      _ = queue.append(2 * round + 1)
      if let next = queue.popFirst() { left.append(next) }
    }
    while let next = queue.popFirst() { left.append(next) }
    #expect(left == Array(0..<10_000))
  }

  @Test func `a position stays valid while its element waits`() {
    var queue = OutputQueue<Int>()
    let positions = (0..<4000).map { queue.append($0) }
    #expect(positions == Array(0..<4000))
    for _ in 0..<3000 { _ = queue.popFirst() }
    let replaced = [2999, 3500, 4000].map { queue.replace(at: $0, with: -1) }
    #expect(replaced == [nil, 3500, nil])
    let rest = (3000..<4000).map { _ in queue.popFirst() }
    #expect(rest[499...501] == [3499, -1, 3501])
    let next = queue.append(0)
    #expect(next == 4000)
  }
}
