import Evaluation
import Foundation
import JSONCoding
import JSONRPC
import MCP
import Providers
import ProvidersTestSupport
import Store
import Synchronization
import TestSupport

@testable import Toolbox

/// The whole server with a store in a temporary folder, called like by a client but in process.
final class TestServer: Sendable {
  let folder = TemporaryFolder()
  let services: Services
  let server: MCPServer
  private let engineTask: Task<Void, Never>
  private let nextID = Atomic<Int>(1)
  private let notifications = Mutex<[JSONRPC.Notification]>([])
  /// The notifications sent so far.
  var sent: [JSONRPC.Notification] { notifications.withLock { $0 } }

  init(
    environment: [String: String] = [:], transport: any HTTPTransport = FakeTransport(.failure(.cancelled)),
    streaming: (any HTTPStreamingTransport)? = nil, clock: any Clock<Duration> = ContinuousClock(),
    pace: any Clock<Duration> = ContinuousClock(), tick: Int64 = 1,
    allowedKeys: [AllowedKey] = [], judgeModel: String? = nil, runModels: (any ModelDirectory)? = nil
  ) {
    // Every reading of the clock is a tick, in milliseconds, later than the previous one.
    let ticks = Mutex<Int64>(1_790_000_000_000)
    let now: @Sendable () -> Timestamp = {
      Timestamp(
        millisecondsSince1970: ticks.withLock { ticks in
          ticks += tick
          return ticks
        })
    }
    let store = Store(path: folder.path + "/store.json", now: now, notice: { _ in })
    let client = ProviderClient(
      transport: transport, streaming: streaming, environment: environment, allowedKeys: allowedKeys)
    let models = StoredModels(store: store, client: client)
    let engine = RunEngine(store: store, models: runModels ?? models, clock: ContinuousClock(), now: now)
    let experiments = ExperimentEngine(store: store, models: models, now: now, makeSeed: { 1 })
    let chat = ChatService(store: store, models: models, clock: clock, now: now)
    let uuids = Mutex(0)
    services = Services(
      store: store, engine: engine, experiments: experiments, chat: chat, client: client, judgeModel: judgeModel,
      files: FileAccess(folders: [folder.path + "/files"]), clock: pace
    ) {
      uuids.withLock { count in
        count += 1
        return "family-\(count)"
      }
    }
    server = Self.server(services, ToolSelection(Toolbox.tools(services)))
    engineTask = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await engine.run() }
        group.addTask { await experiments.run() }
      }
    }
  }

  private static func server(_ services: Services, _ selection: ToolSelection) -> MCPServer {
    MCPServer(
      info: ServerInfo(
        name: "completion-kit", title: "Completion Kit", version: "0", instructions: Instructions.text(selection)),
      tools: ToolRegistry(selection.tools), prompts: StorePrompts(services, selection),
      resources: StoreResources(services, selection),
      tasks: RunTasks(services, selection), redact: Redactor().redact)
  }

  /// Another server on the same store, with fewer tools.
  func offering(toolsets: [String]? = nil, isReadOnly: Bool = false) -> MCPServer {
    Self.server(services, ToolSelection(Toolbox.tools(services), toolsets: toolsets, isReadOnly: isReadOnly))
  }

  deinit { engineTask.cancel() }

  /// The bytes of the store.
  var file: Data { get throws { try Data(contentsOf: URL(fileURLWithPath: folder.path + "/store.json")) } }

  /// The largest number of characters of a result that clients accept.
  private static let longestResult = 40_000

  /// The result of a call: structured content, or the message of an error.
  enum Outcome: Equatable {
    case success(JSONObject)
    case failure(String)
  }

  func outcome(_ tool: String, _ arguments: JSONObject = [:], meta: JSONObject? = nil) async throws -> Outcome {
    let id = RequestID.integer(Int64(nextID.add(1, ordering: .relaxed).newValue))
    var params: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
    params["_meta"] = meta.map(JSONValue.object)
    let request = Request(id: id, method: "tools/call", params: params)
    let context = RequestContext(id: id) { [self] notification in
      notifications.withLock { $0.append(notification) }
    }
    let result = try await server.respond(to: request, in: context)
    let text = result["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
    if text.unicodeScalars.count > Self.longestResult { throw Refused("\(tool) gave \(text.count) characters.") }
    if result["isError"] == true { return .failure(text) }
    return .success(result["structuredContent"]?.objectValue ?? [:])
  }

  /// The structured content of a successful call.
  @discardableResult
  func call(_ tool: String, _ arguments: JSONObject = [:], meta: JSONObject? = nil) async throws -> JSONObject {
    switch try await outcome(tool, arguments, meta: meta) {
    case .success(let object): return object
    case .failure(let sentence): throw Refused(sentence)
    }
  }

  /// The message of a failed call.
  func refusal(_ tool: String, _ arguments: JSONObject = [:]) async throws -> String {
    switch try await outcome(tool, arguments) {
    case .success(let object): throw Refused("accepted: \(JSONValue.object(object).text)")
    case .failure(let sentence): return sentence
    }
  }

  struct Refused: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
