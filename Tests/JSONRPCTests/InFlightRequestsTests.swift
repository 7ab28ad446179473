import JSONCoding
import Testing

@testable import JSONRPC

/// Drives requests in flight step by step, with their lines as text.
private final class InFlightRequestsDriver {
  private var requests = InFlightRequests()

  var waitingBytes: Int { requests.waitingBytes }

  func admit(_ id: RequestID, in batch: InFlightRequests.BatchTicket? = nil) -> InFlightRequests.Ticket? {
    requests.admit(id, in: batch)
  }
  func begin(_ ticket: InFlightRequests.Ticket) -> Bool { requests.begin(ticket) }
  func assign(_ task: Task<Void, Never>, to ticket: InFlightRequests.Ticket) -> Bool {
    requests.assign(task, to: ticket)
  }
  func cancel(_ id: RequestID) -> Task<Void, Never>? { requests.cancel(id) }
  func cancelAll() -> [Task<Void, Never>] { requests.cancelAll() }
  func answer(_ ticket: InFlightRequests.Ticket, _ text: String) { requests.answer(ticket, line: Self.line(text)) }
  func refuse(_ error: RPCError, id: RequestID?) { requests.refuse(error, id: id) }
  func openBatch() -> InFlightRequests.BatchTicket { requests.openBatch() }
  func seal(_ batch: InFlightRequests.BatchTicket) { requests.seal(batch) }
  func withdraw(_ batch: InFlightRequests.BatchTicket) { requests.withdraw(batch) }

  func notify(_ text: String, _ ticket: InFlightRequests.Ticket?, supersedes: Bool = false) {
    requests.notify(Notification(method: "n", supersedesEarlier: supersedes), line: Self.line(text), for: ticket)
  }

  /// Removes and returns all waiting lines.
  func lines() -> [String] {
    var lines: [String] = []
    while let next = requests.nextLine() { lines.append(String(decoding: next.dropLast(), as: UTF8.self)) }
    return lines
  }

  private static func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }
}

@Suite struct InFlightRequestsTests {
  @Test func `lines leave in their order`() throws {
    let requests = InFlightRequestsDriver()
    let one = try #require(requests.admit(.integer(1)))
    let two = try #require(requests.admit(.integer(2)))
    requests.notify("a", one)
    requests.notify("b", two)
    requests.answer(two, "answer 2")
    requests.notify("c", nil)
    requests.answer(one, "answer 1")
    #expect(requests.waitingBytes == 24)
    #expect(requests.lines() == ["a", "b", "answer 2", "c", "answer 1"])
    #expect(requests.waitingBytes == 0)
  }

  @Test func `after its answer nothing is sent for a request`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    requests.answer(ticket, "answer")
    requests.notify("late", ticket)
    requests.answer(ticket, "again")
    #expect(requests.lines() == ["answer"])
    requests.notify("later", ticket)
    requests.answer(ticket, "again")
    #expect(requests.lines() == [])
  }

  @Test func `a cancellation drops waiting lines, even the answer`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    let other = try #require(requests.admit(.integer(2)))
    requests.notify("a", ticket)
    requests.answer(other, "other")
    requests.answer(ticket, "answer")
    #expect(requests.cancel(.integer(1)) == nil)
    #expect(requests.lines() == ["other"])
  }

  @Test func `a request cancelled while it waits never begins`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    _ = requests.cancel(.integer(1))
    #expect(!requests.begin(ticket))
  }

  @Test func `a request cancelled before its task is known tells that nobody can cancel it anymore`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    #expect(requests.begin(ticket))
    #expect(requests.cancel(.integer(1)) == nil)
    #expect(!requests.assign(Task {}, to: ticket))
  }

  @Test func `a request answered before its task is known keeps no task`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    #expect(requests.begin(ticket))
    requests.answer(ticket, "answer")
    #expect(!requests.assign(Task {}, to: ticket))
    #expect(requests.lines() == ["answer"])
  }

  @Test func `cancelling a request that was begun gives its task`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    let task = Task {}
    #expect(requests.begin(ticket) && requests.assign(task, to: ticket))
    #expect(requests.cancel(.integer(1)) == task)
    #expect(requests.cancel(.integer(1)) == nil)
  }

  @Test func `an id is taken until its answer has left`() throws {
    let requests = InFlightRequestsDriver()
    let first = try #require(requests.admit(.integer(1)))
    #expect(requests.admit(.integer(1)) == nil)
    #expect(requests.admit(.string("1")) != nil)
    requests.answer(first, "answer")
    #expect(requests.admit(.integer(1)) == nil)
    #expect(requests.lines() == ["answer"])
    #expect(requests.admit(.integer(1)) != nil)
  }

  @Test func `a reused id does not revive the request that had it`() throws {
    let requests = InFlightRequestsDriver()
    let first = try #require(requests.admit(.integer(1)))
    _ = requests.cancel(.integer(1))
    let second = try #require(requests.admit(.integer(1)))
    requests.notify("from the first", first)
    requests.answer(first, "first")
    requests.answer(second, "second")
    #expect(requests.lines() == ["second"])
  }

  @Test func `a newer notification takes the place of a waiting one it supersedes`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    let other = try #require(requests.admit(.integer(2)))
    requests.notify("1", ticket, supersedes: true)
    requests.notify("other", other, supersedes: true)
    requests.notify("22", ticket, supersedes: true)
    #expect(requests.waitingBytes == 9)
    #expect(requests.lines() == ["22", "other"])
    requests.notify("3", ticket, supersedes: true)
    requests.notify("a text", ticket)
    requests.notify("4", ticket, supersedes: true)
    #expect(requests.lines() == ["3", "a text", "4"])
  }

  @Test func `a refusal does not use the id of a request in flight`() throws {
    let requests = InFlightRequestsDriver()
    _ = requests.admit(.integer(1))
    requests.refuse(RPCError(code: 1, message: ""), id: .integer(1))
    requests.refuse(RPCError(code: 1, message: ""), id: .integer(2))
    let ids = try requests.lines().map { try JSONValue(parsing: $0)["id"] }
    #expect(ids == [.null, 2])
  }

  @Test func `a batch is answered once all its requests are`() throws {
    let requests = InFlightRequestsDriver()
    let batch = requests.openBatch()
    let one = try #require(requests.admit(.integer(1), in: batch))
    let two = try #require(requests.admit(.integer(2), in: batch))
    let three = try #require(requests.admit(.integer(3), in: batch))
    requests.answer(two, "2")
    requests.seal(batch)
    _ = requests.cancel(.integer(3))
    #expect(requests.lines() == [])
    requests.notify("late", two)
    requests.answer(one, "1")
    requests.answer(three, "3")
    #expect(requests.lines() == ["[2,1]"])
    #expect(requests.admit(.integer(1)) != nil)
  }

  @Test func `a cancellation reaches the answers that a batch holds back`() throws {
    let requests = InFlightRequestsDriver()
    let batch = requests.openBatch()
    let one = try #require(requests.admit(.integer(1), in: batch))
    let two = try #require(requests.admit(.integer(2), in: batch))
    requests.seal(batch)
    requests.answer(one, "1")
    _ = requests.cancel(.integer(1))
    requests.answer(two, "2")
    _ = requests.cancel(.integer(2))
    #expect(requests.lines() == [])
    #expect(requests.waitingBytes == 0)
  }

  @Test func `a batch without answers is not answered`() throws {
    let requests = InFlightRequestsDriver()
    requests.seal(requests.openBatch())
    let batch = requests.openBatch()
    _ = requests.admit(.integer(1), in: batch)
    _ = requests.cancel(.integer(1))
    requests.seal(batch)
    #expect(requests.lines() == [])
  }

  @Test func `a batch withdrawn frees its ids and answers nothing`() throws {
    let requests = InFlightRequestsDriver()
    let batch = requests.openBatch()
    let ticket = try #require(requests.admit(.integer(1), in: batch))
    requests.withdraw(batch)
    requests.answer(ticket, "1")
    #expect(requests.lines() == [])
    #expect(requests.admit(.integer(1)) != nil)
  }

  @Test func `after the end nothing is left`() throws {
    let requests = InFlightRequestsDriver()
    let ticket = try #require(requests.admit(.integer(1)))
    _ = requests.admit(.integer(2))
    let task = Task {}
    #expect(requests.begin(ticket) && requests.assign(task, to: ticket))
    requests.notify("a", ticket)
    #expect(requests.cancelAll() == [task])
    requests.answer(ticket, "answer")
    #expect(requests.lines() == [])
    #expect(requests.waitingBytes == 0)
  }
}
