import JSONCoding
import TestSupport
import Testing

@testable import Store

@Suite struct SessionTests {
  private static func exchange(_ sessionID: Int, _ question: String, _ answer: String) -> SessionExchangeRecord {
    SessionExchangeRecord {
      $0.sessionID = sessionID
      $0.messages = [.init(.system, "Be brief."), .init(.user, question)]
      $0.answer = answer
      $0.model = "echo"
      $0.finishReason = "stop"
      $0.usage = .init(promptTokens: 3, completionTokens: 1)
      $0.cost = 0.25
      $0.latency = 12
      $0.createdAt = noon
    }
  }

  private static func say(_ question: String, _ answer: String, in key: String, _ store: Store) async throws {
    _ = try await store.commit { transaction in
      let known = transaction.tables.sessions.all.first { $0.key == key }
      let session = known ?? transaction.insert(SessionRecord { $0.key = key })
      return transaction.insert(exchange(session.id, question, answer))
    }
  }

  @Test func `exchanges are kept in order, each in its session`() async throws {
    let folder = TemporaryFolder()
    let store = openStore(folder.store)
    try await Self.say("one?", "1", in: "a", store)
    try await Self.say("eins?", "1", in: "b", store)
    try await Self.say("two?", "2", in: "a", store)
    await store.close()

    let again = openStore(folder.store)
    let (questions, count) = try await again.read { tables in
      let exchanges = tables.sessionExchanges.newestFirst.reversed().filter { $0.sessionID == 1 }
      return (Array(exchanges), tables.sessions.count)
    }
    #expect(questions.map { $0.messages.last?.content } == ["one?", "two?"])
    #expect(
      questions.first
        == {
          var row = Self.exchange(1, "one?", "1")
          row.id = 1
          return row
        }())
    #expect(count == 2)
  }

  @Test func `an exchange is one line of the journal and repeats nothing of those before it`() async throws {
    let folder = TemporaryFolder()
    let store = openStore(folder.store)
    try await Self.say("a question of before", "1", in: "a", store)
    try await Self.say("a question of now", "2", in: "a", store)
    let text = try folder.text()
    #expect(text.split(separator: "a question of before").count == 2)
    #expect(try #require(text.split(separator: "\n").last { $0.contains("\"put\"") }).contains("a question of now"))
  }

  @Test func `an exchange without its session is refused`() async throws {
    let folder = TemporaryFolder()
    let store = openStore(folder.store)
    await #expect(throws: StoreError.self) {
      try await store.commit { transaction in _ = transaction.insert(Self.exchange(7, "?", "!")) }
    }
  }

  @Test func `a file without sessions is read and gains them`() async throws {
    let folder = TemporaryFolder()
    try folder.write(
      """
      {
      "completion_kit": 1,
      "tags": [],
      "provider_credentials": [],
      "prompts": [],
      "datasets": [],
      "metrics": [],
      "metric_groups": [],
      "runs": [],
      "responses": [],
      "journal": [
      {"put":{"tags":[\(String(decoding: tag("old", id: 1).encoded, as: UTF8.self))]}}
      ]
      }

      """)
    let store = openStore(folder.store)
    try await Self.say("one?", "1", in: "a", store)
    await store.close()
    let (tags, sessions) = try await openStore(folder.store).read { ($0.tags.count, $0.sessions.count) }
    #expect((tags, sessions) == (1, 1))
  }
}
