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
      try await store.insertPrompt(number)
      await prompts.look()
      await clock.sleeper()
      clock.advance(by: .seconds(2))
    }
    #expect(prompts.looks.all.count == 4)
    watching.cancel()
    await watching.value
    _ = subscription
  }

  /// The source of a list that is always empty.
  private struct NoPrompts: PromptSource {
    func prompts() async throws -> [Prompt] { [] }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a client is told at once of what changes after it begins to listen, whatever changed before`() async throws {
    let folder = TemporaryFolder()
    let store = Store(path: folder.path + "/store.json", now: { Timestamp(millisecondsSince1970: 0) }, notice: { _ in })
    let feed = ChangeFeed()
    let watcher = ChangeWatcher(store: store, feed: feed, prompts: NoPrompts(), resources: nil, clock: ManualClock())
    let watching = Task { await watcher.run() }
    for number in 1...3 { try await store.insertPrompt(number) }
    let subscription = feed.listen()
    let told = SharedList<Change>()
    let listening = Task { await subscription.receive { $0.forEach(told.append) } }
    // The clock never advances, so whoever sleeps tells nothing. The watcher may not have begun yet.
    var number = 4
    while !told.all.contains(.prompts) {
      try await store.insertPrompt(number)
      number += 1
    }
    watching.cancel()
    await watching.value
    feed.close()
    await listening.value
  }
}

extension Store {
  fileprivate func insertPrompt(_ number: Int) async throws {
    _ = try await commit { transaction in
      transaction.insert(
        PromptRecord {
          $0.name = "p\(number)"
          $0.template = "t"
          $0.llmModel = "echo"
          $0.familyKey = "f\(number)"
          $0.versionNumber = 1
        })
    }
  }
}
