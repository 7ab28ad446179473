import Testing

@testable import Evaluation
@testable import Store

@Suite struct RecordedJudgeTests {
  private static func reviewed(_ transaction: inout Transaction, by judge: String?) throws -> Int {
    let run = transaction.run(prompt: try transaction.prompt().id)
    transaction.insert(
      ResponseRecord {
        $0.runID = run.id
        $0.status = .completed
        $0.reviews = [
          ReviewRecord {
            $0.metricName = "tone"
            $0.score = 4
            $0.judgeModel = judge
            $0.fingerprint = judge.map { _ in "wording" }
          }
        ]
      })
    return run.id
  }

  private static func review(_ transaction: Transaction, ofRun id: Int) throws -> ReviewRecord? {
    try transaction.checked().tables.responses.entries(ofRun: id).first?.decoded().reviews.first
  }

  @Test(arguments: [("echo", "echo"), (nil, "unknown")] as [(String?, String)])
  func `reviews without a recorded judge get the former one`(_ former: String?, _ recorded: String) throws {
    var transaction = makeTransaction()
    let id = try Self.reviewed(&transaction, by: nil)
    try transaction.recordJudge(ofRun: id, former)
    let review = try Self.review(transaction, ofRun: id)
    #expect((review?.judgeModel, review?.fingerprint) == (recorded, "not recorded"))
    #expect(review?.score == 4)
  }

  @Test func `reviews with a recorded judge keep it`() throws {
    var transaction = makeTransaction()
    let id = try Self.reviewed(&transaction, by: "echo")
    try transaction.recordJudge(ofRun: id, "ollama/x")
    #expect(try Self.review(transaction, ofRun: id)?.judgeModel == "echo")
  }
}
