import Foundation
import Testing

@testable import JSONRPC

@Suite struct BacklogTests {
  /// Runs the body on a thread of its own, as the connection's reader does.
  private func onThread(_ body: @escaping @Sendable () -> Void) -> AsyncStream<Void> {
    let (stream, source) = AsyncStream<Void>.makeStream()
    Thread.detachNewThread {
      body()
      source.finish()
    }
    return stream
  }

  @Test func `up to the limit nobody waits`() {
    let backlog = Backlog(limit: 10)
    backlog.change(by: 10)
    backlog.waitForRoom()
  }

  @Test(arguments: [-1, -11]) func `the reader waits until enough is taken off`(change: Int) async {
    let backlog = Backlog(limit: 10)
    backlog.change(by: 11)
    let end = onThread { backlog.waitForRoom() }
    backlog.change(by: change)
    for await _ in end {}
  }

  @Test func `lifting ends the wait, and the later ones`() async {
    let backlog = Backlog(limit: 10)
    backlog.change(by: 100)
    let end = onThread { backlog.waitForRoom() }
    backlog.lift()
    for await _ in end {}
    backlog.waitForRoom()
  }
}
