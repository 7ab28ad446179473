import Dispatch
import JSONCoding
import JSONRPC
import Synchronization
import TestSupport

/// A protocol for tests.
///
/// Methods: `echo` returns its params, and `swell` (concurrent) a text of `size` bytes. `hold` (ordered) and `wait`
/// (concurrent) answer once their gate is open, `hang` (concurrent) only when cancelled. `chatter` (concurrent) sends
/// `count` notifications of `size` bytes, then answers. `fail` throws. After `batches`, batches are served. The
/// notification `cancel {id}` cancels, unless the request has `firm: true`. `ask` (concurrent) asks the client a
/// `question` and returns the answer. `listen` (detached) answers at the end of input. `announce` sends a notification
/// `free` that belongs to no request. `launch` lets later requests begin once its gate is open, and answers once the gate
/// of the id `until` is. `block` (concurrent) holds its thread, if that is one of the connection's own, until it is
/// unblocked. `share` (concurrent) uses an actor for which the task of another thread waits, and which that task then
/// holds until `share` is unblocked.
final class TestHandler: MessageHandler {
  /// The calls of the handler, in order.
  private let journal = Mutex<[String]>([])
  private let gates = Mutex<[RequestID: Gate]>([:])
  private let begun: AsyncStream<RequestID>.Continuation
  /// The ids of `hold`, `wait`, `hang`, `block` and `chatter` requests that have begun.
  let begunIDs: AsyncStream<RequestID>
  private let servesBatches: Mutex<Bool>
  private let announcement = Mutex<Announcement?>(nil)

  private struct Announcement: Sendable {
    let send: @Sendable (Notification) -> Void
  }
  private let inputEnd = Gate()
  private let shared = SharedActor()
  private let holds = Mutex<[RequestID: DispatchSemaphore]>([:])

  init(acceptsBatches: Bool = false) {
    (begunIDs, begun) = AsyncStream.makeStream()
    servesBatches = Mutex(acceptsBatches)
  }

  var events: [String] { journal.withLock { $0 } }
  var acceptsBatches: Bool { servesBatches.withLock { $0 } }

  private func gate(_ id: RequestID) -> Gate {
    gates.withLock { gates in
      let gate = gates[id] ?? Gate()
      gates[id] = gate
      return gate
    }
  }

  /// Lets a waiting request be answered.
  func release(_ id: RequestID) { gate(id).open() }

  /// Whether this `block` request holds its thread.
  func isBlocked(_ id: RequestID) -> Bool { holds.withLock { $0[id] != nil } }

  /// Lets a `block` request go on.
  func unblock(_ id: RequestID) { holds.withLock { $0.removeValue(forKey: id) }?.signal() }

  func ordering(of request: Request) -> RequestOrdering {
    switch request.method {
    case "listen": return .detached
    case "launch": return .orderedUntilBegun
    default: break
    }
    return ["wait", "hang", "chatter", "ask", "swell", "block", "share"].contains(request.method)
      ? .concurrent : .ordered
  }

  func isCancellable(_ request: Request) -> Bool { request.params?["firm"] != true }

  func cancellation(in notification: Notification) -> RequestID? {
    guard notification.method == "cancel" else { return nil }
    return notification.params?["id"].flatMap(RequestID.init)
  }

  func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject {
    note("begin \(request.id.json.text)")
    defer { note("end \(request.id.json.text)") }
    switch request.method {
    case "echo": return request.params ?? [:]
    case "swell": return ["text": .string(String(repeating: "x", count: request.params?["size"]?.intValue ?? 0))]
    case "fail": throw RPCError(code: 7, message: "no", data: ["why": "because"])
    case "hold", "wait":
      begun.yield(request.id)
      await gate(request.id).pass()
      if Task.isCancelled { note("cancelled \(request.id.json.text)") }
      return ["waited": true]
    case "block":
      let hold = SystemThread.isCurrent ? DispatchSemaphore(value: 0) : nil
      holds.withLock { $0[request.id] = hold }
      begun.yield(request.id)
      if let hold { wait(for: hold) }
      return [:]
    case "share":
      let hold = DispatchSemaphore(value: 0)
      holds.withLock { $0[request.id] = hold }
      await shared.pass { [shared] in Task { await shared.wait(for: hold) } }
      return [:]
    case "launch":
      begun.yield(request.id)
      await gate(request.id).pass()
      context.begun()
      context.begun()
      if let end = request.params?["until"].flatMap(RequestID.init) { await gate(end).pass() }
      return ["launched": true]
    case "hang":
      begun.yield(request.id)
      await Gate().pass()
      return [:]
    case "chatter":
      begun.yield(request.id)
      let text = String(repeating: "x", count: request.params?["size"]?.intValue ?? 0)
      let supersedes = request.params?["supersedes"] == true
      for number in 0..<(request.params?["count"]?.intValue ?? 0) {
        let params: JSONObject = ["id": request.id.json, "n": .int(number), "text": .string(text)]
        context.notify(Notification(method: "news", params: params, supersedesEarlier: supersedes))
        if number % 8 == 0 { await Task.yield() }
      }
      return ["done": true]
    case "ask":
      begun.yield(request.id)
      switch await context.ask("question", request.params ?? [:]) {
      case .result(let result): return ["answer": .object(result)]
      case .error(let error): throw error
      case nil: return ["answer": nil]
      }
    case "listen":
      begun.yield(request.id)
      await inputEnd.pass()
      return ["listened": true]
    case "announce":
      announcement.withLock { $0 }?.send(Notification(method: "free"))
      return [:]
    case "batches":
      servesBatches.withLock { $0 = true }
      return [:]
    default: throw .methodNotFound(request.method)
    }
  }

  func connected(notify: @escaping @Sendable (Notification) -> Void) {
    announcement.withLock { $0 = Announcement(send: notify) }
  }

  func inputEnded() { inputEnd.open() }

  func receive(_ notification: Notification) async {
    note("receive \(notification.method)")
  }

  private func wait(for hold: DispatchSemaphore) { hold.wait() }

  private func note(_ event: String) {
    journal.withLock { $0.append(event) }
  }
}

/// An actor that several tasks use.
private actor SharedActor {
  /// Starts a task, which waits for the actor when this ends.
  func pass(_ start: () -> Task<Void, Never>) {
    _ = start()
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(10))
  }

  func wait(for hold: DispatchSemaphore) { hold.wait() }
}
