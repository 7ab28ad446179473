import JSONCoding
import JSONRPC

/// The tasks of the server: `tasks/get`, `tasks/cancel`, and the methods of one era only.
struct TasksCapability: ServerCapability {
  let source: any TaskSource
  /// The possible targets of links in results.
  let resources: (any ResourceSource)?

  var name: String { "tasks" }
  var declaredSince: ProtocolVersion { .november2025 }

  func name(for version: ProtocolVersion) -> String { version.isStateless ? "extensions" : name }

  func declaration(for version: ProtocolVersion) -> JSONObject {
    if version.isStateless { return [ClientCapabilities.tasksExtension: [:]] }
    return ["list": [:], "cancel": [:], "requests": ["tools": ["call": [:]]]]
  }

  var methods: [String: Method] {
    [
      "tasks/get": Method { call throws(RPCError) in try await get(call) },
      "tasks/list": Method(era: .handshake) { call throws(RPCError) in try await list(call) },
      "tasks/result": Method(
        ordering: { _, _ in .concurrent }, era: .handshake,
        answer: { call throws(RPCError) in try await result(call) }),
      "tasks/cancel": Method(
        ordering: { _, _ in .concurrent }, answer: { call throws(RPCError) in try await cancel(call) }),
      // No task requests input.
      "tasks/update": Method(era: .stateless) { call throws(RPCError) in
        _ = try await task(of: call)
        return [:]
      },
    ]
  }

  private func get(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let task = try await task(of: call)
    var result = task.json(for: call.version)
    if call.version.isStateless, task.status == .completed {
      result["result"] = .object(try await content(of: task.id, call))
    }
    return result
  }

  private func list(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    try requireTasks(call)
    let ids: [String]
    do { ids = try await source.taskIDs() } catch { throw RPCError(error, of: call.request.method) }
    let page = try ListPage(of: ids, cursor: call.request.params?["cursor"], key: \.self)
    var tasks: [JSONValue] = []
    do {
      for id in page.items {
        // A task that was restarted or deleted meanwhile is omitted.
        if let task = try await source.task(id) { tasks.append(.object(task.json(for: call.version))) }
      }
    } catch {
      throw RPCError(error, of: call.request.method)
    }
    var result: JSONObject = ["tasks": .array(tasks)]
    result["nextCursor"] = page.nextCursor.map(JSONValue.string)
    return result
  }

  private func result(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let task = try await task(of: call)
    var result = try await content(of: task.id, call)
    result["_meta"] = ["io.modelcontextprotocol/related-task": ["taskId": .string(task.id)]]
    return result
  }

  private func cancel(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let task = try await task(of: call)
    guard task.status == .working else {
      if call.version.isStateless { return [:] }
      throw .invalidParams("Task \(task.id) has ended: it is \(task.status.rawValue).")
    }
    do { try await source.cancel(task.id) } catch { throw RPCError(error, of: call.request.method) }
    if call.version.isStateless { return [:] }
    return try await self.task(of: call).json(for: call.version)
  }

  private func task(of call: MethodCall) async throws(RPCError) -> TaskState {
    try requireTasks(call)
    guard let id = call.request.params?["taskId"]?.stringValue else {
      throw .invalidParams("\(call.request.method) needs the taskId.")
    }
    let task: TaskState?
    do { task = try await source.task(id) } catch { throw RPCError(error, of: call.request.method) }
    guard let task else {
      throw .invalidParams(
        "No task \"\(Quotation.shortened(id))\": it never existed, or its run was restarted or deleted.")
    }
    return task
  }

  private func content(of id: String, _ call: MethodCall) async throws(RPCError) -> JSONObject {
    do {
      let content = try await source.result(of: id)
      let links = await resources?.links(source.links(of: content), for: call.version) ?? []
      return ToolResult.success(content, links: links, for: call.version)
    } catch {
      throw RPCError(error, of: call.request.method)
    }
  }

  /// Requires a version with tasks and a client that supports them.
  private func requireTasks(_ call: MethodCall) throws(RPCError) {
    if call.version.isStateless { return try call.client.requireTasks() }
    guard call.version.hasToolExecution else { throw .methodNotFound(call.request.method) }
  }
}
