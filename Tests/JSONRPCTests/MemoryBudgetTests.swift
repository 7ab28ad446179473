import Foundation
import Testing

@testable import JSONRPC

@Suite struct MemoryBudgetTests {
  /// Runs the body on a thread of its own, as the connection's reader does.
  private func onThread(_ body: @escaping @Sendable () -> Void) -> AsyncStream<Void> {
    let (stream, source) = AsyncStream<Void>.makeStream()
    Thread.detachNewThread {
      body()
      source.finish()
    }
    return stream
  }

  @Test func `there is no wait up to the limit`() {
    let budget = MemoryBudget(limit: 10)
    budget.change(by: 10)
    budget.waitForRoom()
  }

  @Test(arguments: [-1, -11]) func `the reader waits until the bytes are within the limit`(change: Int) async {
    let budget = MemoryBudget(limit: 10)
    budget.change(by: 11)
    let end = onThread { budget.waitForRoom() }
    budget.change(by: change)
    for await _ in end {}
  }

  @Test func `lifting the limit ends all waits and later ones`() async {
    let budget = MemoryBudget(limit: 10)
    budget.change(by: 100)
    let end = onThread { budget.waitForRoom() }
    budget.lift()
    for await _ in end {}
    budget.waitForRoom()
  }
}
