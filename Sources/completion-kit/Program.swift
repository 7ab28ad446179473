import Evaluation
import JSONRPC
import MCP
import Providers
import Store
import Toolbox

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The assembled parts of the server.
struct Program {
  private let store: Store
  private let engine: RunEngine
  private let experiments: ExperimentEngine
  private let server: MCPServer
  private let watcher: ChangeWatcher
  private let connection: Connection
  /// Whether the input is a script, which waits for nothing but its answers.
  private let isScript: Bool
  /// Nil if errors do not make the program fail.
  private let strictness: StrictScript?
  /// Nil if no person has started the program by hand.
  private let terminal: TerminalGuide?
  private let log: Log

  init(_ options: Options, environment: [String: String]) throws {
    let log = Log(level: options.logLevel)
    let services = Self.services(options, environment: environment, log: log)
    let selection = ToolSelection(
      Toolbox.tools(services), toolsets: options.toolsets, isReadOnly: options.isReadOnly, isNoSpend: options.isNoSpend)
    let info = ServerInfo(
      name: "completion-kit", title: "Completion Kit", version: Help.version,
      instructions: Instructions.text(selection),
      icon: Icon.dataURI)
    let (prompts, resources, changes) = (
      StorePrompts(services, selection), StoreResources(services, selection), ChangeFeed()
    )
    server = MCPServer(
      info: info, tools: ToolRegistry(selection.tools), prompts: prompts, resources: resources,
      tasks: RunTasks(services, selection),
      changes: changes, redact: Redactor().redact)
    watcher = ChangeWatcher(
      store: services.store, feed: changes, prompts: prompts, resources: resources, clock: ContinuousClock())
    let pipes = try StdioTransport()
    store = services.store
    engine = services.engine
    experiments = services.experiments
    self.log = log
    let strictness = options.isStrict ? StrictScript() : nil
    self.strictness = strictness
    let terminal = isatty(STDIN_FILENO) == 1 ? TerminalGuide(log: log) : nil
    self.terminal = terminal
    isScript = pipes.inputIsRegularFile || options.isStrict
    connection = Connection(
      transport: pipes, handler: server, inOrder: options.isInOrder || isScript,
      observe: { answer in
        strictness?.take(answer)
        terminal?.take(answer)
      })
  }

  /// Creates the services used by the tools, without opening anything.
  static func services(_ options: Options, environment: [String: String], log: Log) -> Services {
    let now: @Sendable () -> Timestamp = { Timestamp(Date()) }
    let store = Store(
      path: options.store, now: now, notice: { log.notice($0) }, mayBlockThread: { SystemThread.isCurrent })
    let transport = GuardedTransport(
      CurlTransport(CurlSettings(userAgent: Help.userAgent, environment: environment)),
      allowPrivate: options.allowsPrivateEndpoints, proxies: ProxyRule(environment: environment))
    let client = ProviderClient(
      transport: transport, streaming: transport,
      environment: environment, allowPrivate: options.allowsPrivateEndpoints, allowedKeys: options.allowedKeys,
      anthropicVersion: options.anthropicVersion,
      timeout: options.requestTimeout)
    let models = StoredModels(store: store, client: client, onlyFree: options.isNoSpend)
    let files = FileAccess(folders: options.readableFolders, made: options.ownFolder, store: options.store)
    let images = ImageReader {
      try files.read($0, atMost: ImageReader.most)
    } readHead: {
      try files.head(of: $0, ImageReader.headSize, atMost: ImageReader.most)
    }
    let engine = RunEngine(
      store: store, models: models, clock: ContinuousClock(), now: now, images: images,
      followsWaiting: !options.isReadOnly)
    let chat = ChatService(store: store, models: models, clock: ContinuousClock(), now: now)
    let experiments = ExperimentEngine(store: store, models: models, now: now, images: images)
    return Services(
      store: store, engine: engine, experiments: experiments, chat: chat, client: client,
      judgeModel: options.judgeModel, isReadOnly: options.isReadOnly, version: Help.version, images: images,
      files: files, makeUUID: { UUID().uuidString.lowercased() })
  }

  /// Serves the client until its input ends or a signal arrives, then stops running work and closes the store.
  ///
  /// - Returns: the exit code.
  func run() async -> Int32 {
    terminal?.begin()
    let signals = Signals(exitCode: strictness == nil ? 0 : StrictScript.failure, stop: connection.stop)
    let isWhole = await withTaskGroup(of: Void.self) { group in
      group.addTask { await engine.run() }
      group.addTask { await experiments.run() }
      group.addTask { await watcher.run() }
      // A script gets only answers.
      if !isScript { group.addTask { await server.announceChanges() } }
      group.addTask {
        // The error of an unreadable store is reported to every call that uses it.
        do {
          try await store.prepare()
          try await engine.resumeWaiting()
        } catch { log.debug("\(error)") }
      }
      defer { group.cancelAll() }
      return await connection.run()
    }
    await store.close()
    withExtendedLifetime(signals) {}
    guard let faults = strictness?.faults(isWhole: isWhole), !faults.isEmpty else { return 0 }
    faults.forEach(Log.error)
    return StrictScript.failure
  }
}
