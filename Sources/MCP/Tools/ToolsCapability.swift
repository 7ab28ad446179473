import JSONCoding
import JSONRPC

/// The tools of the server: `tools/list` and `tools/call`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/tools
struct ToolsCapability: ServerCapability {
  let registry: ToolRegistry
  /// The possible targets of links in results.
  let resources: (any ResourceSource)?
  /// The tasks for work that continues after a response.
  let tasks: (any TaskSource)?
  private let questions = PendingQuestions()

  init(registry: ToolRegistry, resources: (any ResourceSource)?, tasks: (any TaskSource)?) {
    self.registry = registry
    self.resources = resources
    self.tasks = tasks
  }

  var name: String { "tools" }

  /// The tools never change during a process, so there is nothing to declare.
  func declaration(for version: ProtocolVersion) -> JSONObject { [:] }

  var methods: [String: Method] {
    [
      "tools/list": Method(caching: .stable) { call throws(RPCError) in try list(call) },
      "tools/call": Method(ordering: ordering) { call throws(RPCError) in try await self.call(call) },
    ]
  }

  private func ordering(of request: Request, by client: ClientCapabilities) -> RequestOrdering {
    guard let name = request.params?["name"]?.stringValue else { return .ordered }
    return registry[name]?.ordering(with: request.params?["arguments"], by: client) ?? .ordered
  }

  private func list(_ call: MethodCall) throws(RPCError) -> JSONObject {
    if let cursor = call.request.params?["cursor"], !cursor.isNull, cursor != "" {
      throw .invalidParams(
        "The list of tools has one page; cursor \(Quotation.shortened(cursor.text)) is none of its cursors.")
    }
    return ["tools": registry.definitions(for: call.version, call.client)]
  }

  private func call(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let params = call.request.params
    guard let name = params?["name"]?.stringValue else {
      throw .invalidParams("tools/call needs the tool's name.")
    }
    guard let tool = registry[name] else { throw registry.unknown(name) }
    guard let object = Arguments.object(params?["arguments"]) else {
      throw .invalidParams("arguments must be an object, not \(params?["arguments"]?.kindName ?? "null").")
    }
    let isTask = try wantsTask(call, tool)
    let context = ToolContext(call, tool: name, questions: questions, isTask: isTask)
    do {
      let arguments = try Arguments(object, fields: tool.fields, tool: name)
      let content = try await tool.handler(arguments, context)
      if isTask, let task = try await tasks?.task(of: content) {
        if !call.version.isStateless { return ["task": .object(task.json(for: call.version))] }
        if task.status == .working {
          return JSONObject([.init(key: "resultType", value: "task")] + task.json(for: call.version).members)
        }
      }
      let links = await resources?.links(tool.links(content), for: call.version) ?? []
      return ToolResult.success(content, links: links, for: call.version)
    } catch let question as Confirmation.InputRequired {
      return question.result
    } catch let error as RPCError {
      throw error
    } catch {
      // A client that explicitly requested a task expects a task or an error.
      if isTask, !call.version.isStateless { throw RPCError(error, of: name) }
      return ToolResult.failure(error, of: name)
    }
  }

  /// Whether the call returns a task: on request, or, without a handshake, if the client supports tasks.
  private func wantsTask(_ call: MethodCall, _ tool: Tool) throws(RPCError) -> Bool {
    guard tasks != nil else { return false }
    if call.version.isStateless { return tool.isTask && call.client.hasTasks }
    guard call.version.hasToolExecution, call.request.params?["task"]?.objectValue != nil else { return false }
    if tool.isTask { return true }
    throw RPCError(
      code: RPCError.methodNotFound("").code, message: "\(tool.name) cannot be a task. Call it without one.")
  }
}

extension ResourceSource {
  /// The resources with these URIs that the server offers, if the version supports links.
  func links(_ uris: [String], for version: ProtocolVersion) async -> [Resource] {
    guard version.hasResourceLinks else { return [] }
    var links: [Resource] = []
    for uri in uris {
      do {
        if let resource = try await resource(at: uri) { links.append(resource) }
      } catch {
        // The tool has already done its work, so a result without a link is better than an error.
        return links
      }
    }
    return links
  }
}
