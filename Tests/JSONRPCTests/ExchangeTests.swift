import JSONCoding
import Testing

@testable import JSONRPC

/// An exchange whose steps can be taken within expectations, its lines as texts.
private final class ExchangeDriver {
  private var exchange = Exchange()

  var waitingBytes: Int { exchange.waitingBytes }

  func admit(_ id: RequestID, in batch: Exchange.BatchTicket? = nil) -> Exchange.Ticket? {
    exchange.admit(id, in: batch)
  }
  func begin(_ ticket: Exchange.Ticket, _ start: () -> Task<Void, Never>) -> Task<Void, Never>? {
    exchange.begin(ticket, start)
  }
  func cancel(_ id: RequestID) -> Task<Void, Never>? { exchange.cancel(id) }
  func cancelAll() -> [Task<Void, Never>] { exchange.cancelAll() }
  func answer(_ ticket: Exchange.Ticket, _ text: String) { exchange.answer(ticket, line: Self.line(text)) }
  func refuse(_ error: RPCError, id: RequestID?) { exchange.refuse(error, id: id) }
  func openBatch() -> Exchange.BatchTicket { exchange.openBatch() }
  func seal(_ batch: Exchange.BatchTicket) { exchange.seal(batch) }
  func withdraw(_ batch: Exchange.BatchTicket) { exchange.withdraw(batch) }

  func notify(_ text: String, _ ticket: Exchange.Ticket?, supersedes: Bool = false) {
    exchange.notify(Notification(method: "n", supersedesEarlier: supersedes), line: Self.line(text), for: ticket)
  }

  /// Takes all lines that wait.
  func lines() -> [String] {
    var lines: [String] = []
    while let next = exchange.nextLine() { lines.append(String(decoding: next.dropLast(), as: UTF8.self)) }
    return lines
  }

  private static func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }
}

@Suite struct ExchangeTests {
  @Test func `lines leave in their order`() throws {
    let exchange = ExchangeDriver()
    let one = try #require(exchange.admit(.integer(1)))
    let two = try #require(exchange.admit(.integer(2)))
    exchange.notify("a", one)
    exchange.notify("b", two)
    exchange.answer(two, "answer 2")
    exchange.notify("c", nil)
    exchange.answer(one, "answer 1")
    #expect(exchange.waitingBytes == 24)
    #expect(exchange.lines() == ["a", "b", "answer 2", "c", "answer 1"])
    #expect(exchange.waitingBytes == 0)
  }

  @Test func `after its answer nothing is sent for a request`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    exchange.answer(ticket, "answer")
    exchange.notify("late", ticket)
    exchange.answer(ticket, "again")
    #expect(exchange.lines() == ["answer"])
    exchange.notify("later", ticket)
    exchange.answer(ticket, "again")
    #expect(exchange.lines() == [])
  }

  @Test func `a cancellation drops what waits, even the answer`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    let other = try #require(exchange.admit(.integer(2)))
    exchange.notify("a", ticket)
    exchange.answer(other, "other")
    exchange.answer(ticket, "answer")
    #expect(exchange.cancel(.integer(1)) == nil)
    #expect(exchange.lines() == ["other"])
  }

  @Test func `a request cancelled while it waits is never begun`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    _ = exchange.cancel(.integer(1))
    let task = exchange.begin(ticket) {
      Issue.record("begun")
      return Task {}
    }
    #expect(task == nil)
  }

  @Test func `cancelling a request that was begun gives its task`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    let task = exchange.begin(ticket) { Task {} }
    #expect(task != nil)
    #expect(exchange.cancel(.integer(1)) == task)
    #expect(exchange.cancel(.integer(1)) == nil)
  }

  @Test func `an id is taken until its answer has left`() throws {
    let exchange = ExchangeDriver()
    let first = try #require(exchange.admit(.integer(1)))
    #expect(exchange.admit(.integer(1)) == nil)
    #expect(exchange.admit(.string("1")) != nil)
    exchange.answer(first, "answer")
    #expect(exchange.admit(.integer(1)) == nil)
    #expect(exchange.lines() == ["answer"])
    #expect(exchange.admit(.integer(1)) != nil)
  }

  @Test func `a reused id does not revive the request that had it`() throws {
    let exchange = ExchangeDriver()
    let first = try #require(exchange.admit(.integer(1)))
    _ = exchange.cancel(.integer(1))
    let second = try #require(exchange.admit(.integer(1)))
    exchange.notify("from the first", first)
    exchange.answer(first, "first")
    exchange.answer(second, "second")
    #expect(exchange.lines() == ["second"])
  }

  @Test func `a newer notification takes the place of a waiting one it supersedes`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    let other = try #require(exchange.admit(.integer(2)))
    exchange.notify("1", ticket, supersedes: true)
    exchange.notify("other", other, supersedes: true)
    exchange.notify("22", ticket, supersedes: true)
    #expect(exchange.waitingBytes == 9)
    #expect(exchange.lines() == ["22", "other"])
    exchange.notify("3", ticket, supersedes: true)
    exchange.notify("a text", ticket)
    exchange.notify("4", ticket, supersedes: true)
    #expect(exchange.lines() == ["3", "a text", "4"])
  }

  @Test func `a refusal does not use the id of a request in flight`() throws {
    let exchange = ExchangeDriver()
    _ = exchange.admit(.integer(1))
    exchange.refuse(RPCError(code: 1, message: ""), id: .integer(1))
    exchange.refuse(RPCError(code: 1, message: ""), id: .integer(2))
    let ids = try exchange.lines().map { try JSONValue(parsing: $0)["id"] }
    #expect(ids == [.null, 2])
  }

  @Test func `a batch is answered once all of it is`() throws {
    let exchange = ExchangeDriver()
    let batch = exchange.openBatch()
    let one = try #require(exchange.admit(.integer(1), in: batch))
    let two = try #require(exchange.admit(.integer(2), in: batch))
    let three = try #require(exchange.admit(.integer(3), in: batch))
    exchange.answer(two, "2")
    exchange.seal(batch)
    _ = exchange.cancel(.integer(3))
    #expect(exchange.lines() == [])
    exchange.notify("late", two)
    exchange.answer(one, "1")
    exchange.answer(three, "3")
    #expect(exchange.lines() == ["[2,1]"])
    #expect(exchange.admit(.integer(1)) != nil)
  }

  @Test func `a cancellation reaches the answers that a batch holds back`() throws {
    let exchange = ExchangeDriver()
    let batch = exchange.openBatch()
    let one = try #require(exchange.admit(.integer(1), in: batch))
    let two = try #require(exchange.admit(.integer(2), in: batch))
    exchange.seal(batch)
    exchange.answer(one, "1")
    _ = exchange.cancel(.integer(1))
    exchange.answer(two, "2")
    _ = exchange.cancel(.integer(2))
    #expect(exchange.lines() == [])
    #expect(exchange.waitingBytes == 0)
  }

  @Test func `a batch without answers is not answered`() throws {
    let exchange = ExchangeDriver()
    exchange.seal(exchange.openBatch())
    let batch = exchange.openBatch()
    _ = exchange.admit(.integer(1), in: batch)
    _ = exchange.cancel(.integer(1))
    exchange.seal(batch)
    #expect(exchange.lines() == [])
  }

  @Test func `a batch withdrawn frees its ids and answers nothing`() throws {
    let exchange = ExchangeDriver()
    let batch = exchange.openBatch()
    let ticket = try #require(exchange.admit(.integer(1), in: batch))
    exchange.withdraw(batch)
    exchange.answer(ticket, "1")
    #expect(exchange.lines() == [])
    #expect(exchange.admit(.integer(1)) != nil)
  }

  @Test func `after the end nothing is left`() throws {
    let exchange = ExchangeDriver()
    let ticket = try #require(exchange.admit(.integer(1)))
    _ = exchange.admit(.integer(2))
    let task = exchange.begin(ticket) { Task {} }
    exchange.notify("a", ticket)
    #expect(exchange.cancelAll() == [task])
    exchange.answer(ticket, "answer")
    #expect(exchange.lines() == [])
    #expect(exchange.waitingBytes == 0)
  }
}
