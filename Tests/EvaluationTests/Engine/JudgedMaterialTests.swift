import Evaluation
import JSONCoding
import Providers
import Store
import Synchronization
import Testing

/// What a judge is shown of a row: all that the model was, and all that it answered.
@Suite(.timeLimit(.minutes(20))) struct JudgedMaterialTests {
  private static let image = ImageSource.data(mediaType: "image/png", base64: "iVBORw0KGgo=")
  private static let settings: JSONObject = [
    "messages": [
      [
        "role": "user",
        "content": [
          ["type": "text", "text": "Where is it?"], ["type": "image", "source": "data:image/png;base64,iVBORw0KGgo="],
        ],
      ]
    ],
    "tools": [["type": "function", "function": ["name": "weather", "description": "The weather of a city."]]],
  ]

  private final class Asked: Sendable {
    private let state = Mutex<[CompletionRequest]>([])
    func add(_ request: CompletionRequest) { state.withLock { $0.append(request) } }
    var byJudge: [CompletionRequest] { state.withLock { $0.filter { $0.model == "j" } } }
  }

  /// A fixture whose judge may refuse images, and a run of two rows.
  private static func judged(
    _ settings: JSONObject = settings,
    refusing kind: @escaping @Sendable (ImageSource) -> ProviderError.Kind? = { _ in nil }
  ) async throws -> (EngineFixture, Asked, Int) {
    let asked = Asked()
    let fixture = EngineFixture(answering: { request throws(ProviderError) in
      asked.add(request)
      if request.model == "j", let kind = request.messages.flatMap(\.images).compactMap(kind).first {
        throw ProviderError(kind, "image_url is not supported.")
      }
      return request.model == "j" ? "{\"reasons\": \"fine\", \"score\": 4}" : "Let me look."
    })
    fixture.models.changeAnswers { answer in
      guard case .success(var completion) = answer.result, completion.model == "m" else { return answer }
      completion.toolCalls = [ToolCall(id: "c", name: "weather", arguments: #"{"days": 2, "city": "Oslo"}"#)]
      return .init(result: .success(completion), attempts: 1)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    try await fixture.store.commit { transaction in
      guard var prompt = transaction.tables.prompts[1] else { return }
      prompt.settings = try RequestSettings(settings)
      transaction.put(prompt)
    }
    return (fixture, asked, id)
  }

  @Test func `a judge sees the images, the tools offered, and the text beside the calls`() async throws {
    let (fixture, asked, id) = try await Self.judged()
    let (run, responses) = try await fixture.generate(id)
    #expect(responses.allSatisfy { $0.score == 4 && $0.reviews.first?.judgeMaterial == "images and tools" })
    #expect(asked.byJudge.count == 2)
    for request in asked.byJudge {
      let message = try #require(request.messages.last)
      #expect(message.images == [Self.image])
      #expect(message.content.contains("tools offered begins]\nweather: The weather of a city.\n"))
      #expect(message.content.contains("tool calls begins]\nLet me look.\n"))
      #expect(
        message.content.contains(
          "response begins]\n[{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\",\"days\":2}}]\n"))
      #expect(message.content.contains("The image of the input follows."))
    }
    #expect(!run.warnings.contains { $0.contains("images") })
  }

  @Test(arguments: [ProviderError.Kind.invalidRequest, .notFound])
  func `a judge that refuses images judges without them, and the run says so`(kind: ProviderError.Kind) async throws {
    let (fixture, asked, id) = try await Self.judged(refusing: { _ in kind })
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.allSatisfy { $0.score == 4 })
    // What one row has found out the next one knows.
    #expect(asked.byJudge.map { $0.messages.last?.images.count } == [1, 1, 0, 0])
    #expect(asked.byJudge.last?.messages.last?.content.contains("follows") == false)
    #expect(run.warnings.contains { $0.contains("has not seen") })
  }

  @Test(arguments: [ProviderError.Kind.invalidRequest, .notFound], [0, 1])
  func `images of one row that a judge refuses leave that row alone unjudged`(
    kind: ProviderError.Kind, row: Int
  ) async throws {
    let source: JSONValue = ["type": "image", "source": "https://x.test/{{ text }}"]
    let settings: JSONObject = ["messages": [["role": "user", "content": [source]]]]
    let (fixture, asked, id) = try await Self.judged(
      settings, refusing: { $0 == .url("https://x.test/row \(row)") ? kind : nil })
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.warnings.isEmpty)
    #expect(responses[1 - row].score == 4 && responses[row].score == nil)
    let review = try #require(responses[row].reviews.first)
    #expect(review.status == .failed && review.error?.contains("refused those of this row") == true)
    #expect(asked.byJudge.allSatisfy { $0.messages.last?.images.count == 1 })
  }

  @Test func `an answered run whose images are gone is judged without them, and a row without an answer is refused`()
    async throws
  {
    let (fixture, asked, id) = try await Self.judged()
    try await fixture.generate(id)
    let moved = try RequestSettings([
      "messages": [["role": "user", "content": [["type": "image", "source": "moved.png"]]]]
    ])
    try await fixture.change(id) { $0.snapshot?.settings = moved }
    let (run, responses) = try await fixture.generate(id, .init(judging: .init(metricIDs: [])))
    #expect(run.status == .completed && responses.allSatisfy { $0.score == 4 })
    #expect(run.warnings.contains { $0.contains("has not seen the images of row_index 0") })
    #expect(asked.byJudge.last?.messages.last?.images.isEmpty == true)
    try await fixture.store.commit { transaction in
      guard let entry = transaction.tables.responses.entries(ofRun: id).first else { return }
      var response = try entry.decoded()
      response.status = .failed
      transaction.put(response)
    }
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id, .init(retryFailed: true)) }
    #expect(error?.description.contains("1 row (row_index 0) cannot be sent") == true)
  }

  @Test func `a judge that fails in another way is not asked without images`() async throws {
    let (fixture, asked, id) = try await Self.judged(refusing: { _ in .unauthorized })
    let (run, _) = try await fixture.generate(id)
    #expect(run.status == .failed && asked.byJudge.allSatisfy { $0.messages.last?.images.count == 1 })
  }
}
