import Testing

@testable import Evaluation
@testable import Store

@Suite struct SessionTests {
  @Test func `a name means one session, created at first use`() throws {
    var transaction = makeTransaction()
    let ids = ["a", "b", "a"].map { transaction.session(named: $0).id }
    #expect(ids == [1, 2, 1])
    #expect(transaction.tables.sessions[2]?.createdAt == transaction.now)
  }

  @Test func `a session is found by its id or its name`() throws {
    var transaction = makeTransaction()
    _ = transaction.session(named: "a")
    let tables = transaction.tables
    #expect(try tables.session(id: 1, named: nil).key == "a")
    #expect(try tables.session(id: nil, named: "a").id == 1)
    #expect(try tables.session(id: 1, named: "a").id == 1)
    #expect(
      try refusal { _ = try tables.session(id: 1, named: "b") }
        == "Session 1 is not named \"b\". Give only one of id and session_id.")
    #expect(
      try refusal { _ = try tables.session(id: nil, named: "b") }
        == "No session is named \"b\". Sessions: 1 \"a\". Give the id.")
    #expect(try refusal { _ = try tables.session(id: nil, named: nil) }.hasPrefix("id is missing"))
  }

  @Test func `exchanges are in the order they were made, each in its session`() throws {
    var transaction = makeTransaction()
    for key in ["a", "b", "a"] {
      let id = transaction.session(named: key).id
      transaction.insert(SessionExchangeRecord { $0.sessionID = id })
    }
    let tables = try transaction.checked().tables
    #expect(tables.exchanges(ofSession: 1).map(\.id) == [1, 3])
    #expect(tables.exchangesBySession.mapValues { $0.map(\.id) } == [1: [1, 3], 2: [2]])
    #expect(try tables.exchange(3, ofSession: 1).id == 3)
    #expect(
      try refusal { _ = try tables.exchange(2, ofSession: 1) }
        == "No exchange 2 in session 1. sessions_get without exchange_id lists them.")
  }
}
