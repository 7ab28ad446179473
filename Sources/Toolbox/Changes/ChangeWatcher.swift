package import MCP
package import Store

/// Tells the clients' feed what the changes of the store mean to them: other lists, and resources that read differently.
///
/// What another process has changed is noticed with the next request that looks into the store.
package struct ChangeWatcher: Sendable {
  /// A run that records thousands of rows a second is news a few times a second.
  private static let pause = Duration.milliseconds(250)

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
    let observer = await store.observe()
    var (prompts, resources): ([Listed], [Listed]) = ([], [])
    // A store that cannot be read now says so to whoever asks for something in it; what changed is seen when it can be.
    do { (prompts, resources) = (try await listedPrompts(), try await listedResources()) } catch {}
    await observer.forEach { changes in
      feed.publish(news(of: changes))
      do {
        let (promptsNow, resourcesNow) = (try await listedPrompts(), try await listedResources())
        if promptsNow != prompts { feed.publish([.prompts]) }
        if resourcesNow != resources { feed.publish([.resources]) }
        (prompts, resources) = (promptsNow, resourcesNow)
        try await clock.sleep(for: Self.pause)
      } catch {}
    }
  }

  /// The resources that read differently.
  private func news(of changes: StoreChanges) -> [Change] {
    var news: [Change] = changes.isEverything ? [.anyResource] : []
    for kind in ResourceURI.Kind.allCases {
      news += (changes.records[kind.record] ?? []).map { .resource(ResourceURI(kind, id: $0).text) }
    }
    return news
  }

  // MARK: Lists

  /// As much of a list's element as a client is shown.
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

extension ResourceURI.Kind {
  /// The kind of record whose changes are its changes.
  fileprivate var record: RecordKind {
    switch self {
    case .report, .responsesCSV, .responsesJSONLines: .runs
    case .dataset: .datasets
    case .prompt: .prompts
    }
  }
}
