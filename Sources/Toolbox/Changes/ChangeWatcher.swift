package import MCP
package import Store

/// Translates changes of the store into changes for clients: of lists, and of the contents of resources.
///
/// A change by another process is noticed at the next request that reads the store.
package struct ChangeWatcher: Sendable {
  /// The shortest interval between reports, because a run can record thousands of rows a second.
  private static let pause = Duration.milliseconds(250)
  /// Rebuilding the lists blocks the store; pausing nine times as long as it took limits that to 10 % of the time.
  private static let pausesPerLook = 9
  /// The longest interval; a look that waited for other processes says little of how long the next one takes.
  private static let longestPause = Duration.seconds(2)

  private let store: Store
  private let feed: ChangeFeed
  private let prompts: (any PromptSource)?
  private let resources: (any ResourceSource)?
  private let clock: any Clock<Duration>

  package init(
    store: Store, feed: ChangeFeed, prompts: (any PromptSource)?, resources: (any ResourceSource)?,
    clock: any Clock<Duration>
  ) {
    self.store = store
    self.feed = feed
    self.prompts = prompts
    self.resources = resources
    self.clock = clock
  }

  /// Watches until the task is cancelled.
  package func run() async {
    let observer = await store.observe(while: { [feed] in feed.hasListeners })
    var lists = Lists()
    // An unreadable store is reported to the requests that use it; its changes are published once it can be read.
    var isBehind = true
    // Without listeners the lists are not tracked, so their earlier state is unknown when the first one arrives.
    var isUnknown = false
    do {
      lists = Lists(prompts: try await listedPrompts(), resources: try await listedResources())
      isBehind = false
    } catch {}
    await observer.receive { changes, hasMissed in
      isUnknown = isUnknown || hasMissed
      feed.publish(news(of: changes))
      do {
        let known = isUnknown ? nil : lists
        let isLost = isBehind || isUnknown
        let mayPromptsDiffer = changes.mayTouch([.prompts])
        let mayResourcesDiffer = changes.mayTouch(ResourceURI.Kind.allCases.map(\.record))
        isBehind = true
        let look = try await clock.measure {
          if isLost || mayPromptsDiffer { lists.prompts = try await listedPrompts() }
          if isLost || mayResourcesDiffer { lists.resources = try await listedResources() }
        }
        (isBehind, isUnknown) = (false, false)
        if known.map({ $0.prompts != lists.prompts }) ?? mayPromptsDiffer { feed.publish([.prompts]) }
        if known.map({ $0.resources != lists.resources }) ?? mayResourcesDiffer { feed.publish([.resources]) }
        try await clock.sleep(for: min(max(Self.pause, look * Self.pausesPerLook), Self.longestPause))
      } catch {}
    }
  }

  /// The resources whose contents changed.
  private func news(of changes: StoreChanges) -> [Change] {
    var news: [Change] = changes.isEverything ? [.anyResource] : []
    // A comparison depends on several records, so it cannot be subscribed to.
    for kind in ResourceURI.Kind.allCases where kind.subject != .comparison {
      news += (changes.records[kind.record] ?? []).map { .resource(ResourceURI(kind, id: $0).text) }
    }
    return news
  }

  // MARK: Lists

  private struct Lists {
    var prompts: [Listed] = []
    var resources: [Listed] = []
  }

  /// The part of a list's element that clients see.
  private struct Listed: Equatable {
    let name: String
    let title: String
    let description: String?
    var arguments: [String] = []
  }

  private func listedPrompts() async throws -> [Listed] {
    try await prompts?.prompts().map {
      Listed(name: $0.name, title: $0.title, description: $0.description, arguments: $0.arguments.map(\.name))
    } ?? []
  }

  private func listedResources() async throws -> [Listed] {
    try await resources?.resources().map { Listed(name: $0.uri, title: $0.title, description: $0.description) } ?? []
  }
}

extension StoreChanges {
  /// Whether records of any of these kinds changed.
  fileprivate func mayTouch(_ kinds: [RecordKind]) -> Bool {
    isEverything || kinds.contains { records[$0] != nil }
  }
}
