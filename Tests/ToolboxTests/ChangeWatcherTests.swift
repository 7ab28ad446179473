import Store
import TestSupport
import Testing

@testable import MCP
@testable import Toolbox

/// How soon clients learn of changes.
@Suite struct ChangeWatcherTests {
  /// A list of prompts that grows, and for which others are waited for a minute.
  private struct SlowPrompts: PromptSource {
    let clock: ManualClock
    let looks = SharedList<Int>()
    let bell = AsyncStream.makeStream(of: Void.self)

    func prompts() async throws -> [Prompt] {
      looks.append(looks.all.count)
      clock.advance(by: .seconds(60))
      bell.continuation.yield()
      return []
    }

    func look() async { for await _ in bell.stream { return } }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a look that waited long does not delay the next one for long`() async throws {
    let (folder, clock) = (TemporaryFolder(), ManualClock())
    let store = Store(path: folder.path + "/store.json", now: { Timestamp(millisecondsSince1970: 0) }, notice: { _ in })
    let feed = ChangeFeed()
    let subscription = feed.listen()
    let prompts = SlowPrompts(clock: clock)
    let watcher = ChangeWatcher(store: store, feed: feed, prompts: prompts, resources: nil, clock: clock)
    let watching = Task { await watcher.run() }
    await prompts.look()
    for number in 1...3 {
      _ = try await store.commit { transaction in
        transaction.insert(
          PromptRecord {
            $0.name = "p\(number)"
            $0.template = "t"
            $0.llmModel = "echo"
            $0.familyKey = "f\(number)"
            $0.versionNumber = 1
          })
      }
      await prompts.look()
      await clock.sleeper()
      clock.advance(by: .seconds(2))
    }
    #expect(prompts.looks.all.count == 4)
    watching.cancel()
    await watching.value
    _ = subscription
  }
}
