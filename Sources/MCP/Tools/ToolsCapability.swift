import JSONCoding
import JSONRPC

/// The tools of the server: `tools/list` and `tools/call`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/tools
struct ToolsCapability: ServerCapability {
  let registry: ToolRegistry
  /// What the tools' results may link to.
  let resources: (any ResourceSource)?
  /// What the tools' work goes on as.
  let tasks: (any TaskSource)?
  private let questions = PendingQuestions()

  init(registry: ToolRegistry, resources: (any ResourceSource)?, tasks: (any TaskSource)?) {
    self.registry = registry
    self.resources = resources
    self.tasks = tasks
  }

  var name: String { "tools" }

  /// The tools of a process stay the same, so there is nothing to say.
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
    return ["tools": registry.definitions(for: call.version)]
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
      // Whoever asked for a task by name expects one or an error.
      if isTask, !call.version.isStateless { throw RPCError(error, of: name) }
      return ToolResult.failure(error, of: name)
    }
  }

  /// Whether the call is to be answered with a task: where its client asks for one, or, without a handshake, knows them.
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
  /// The resources of these URIs, as far as the server offers them and the version knows links.
  func links(_ uris: [String], for version: ProtocolVersion) async -> [Resource] {
    guard version.hasResourceLinks else { return [] }
    var links: [Resource] = []
    for uri in uris {
      do {
        if let resource = try await resource(at: uri) { links.append(resource) }
      } catch {
        // What the tool did is done, and a result without a link says so; an error would deny it.
        return links
      }
    }
    return links
  }
}
