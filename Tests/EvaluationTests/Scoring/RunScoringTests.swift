import JSONCoding
import Testing

@testable import Evaluation
@testable import Store

@Suite struct RunScoringTests {
  private static let tone = Criterion(metricID: 1, name: "tone", instruction: "Polite?", rubric: .standard)
  private static let facts = Criterion(metricID: 2, name: "facts", instruction: "Right?", rubric: .standard)

  private func scoring(
    _ scoring: Scoring = .llmJudge, judge: String? = "j", samples: Int? = nil, criteria: [Criterion] = [tone, facts],
    column: String? = nil, form: TextComparison.Form = .text, material: String? = nil
  ) -> RunScoring {
    RunScoring(
      scoring: scoring, expectedColumn: column, judgeModel: judge, judgeSamples: samples, form: form,
      judgeMaterial: material, criteria: criteria)
  }

  private func review(
    _ criterion: Criterion, _ score: Double?, judge: String? = "j", samples: Int = 1, isRecorded: Bool = true
  ) -> ReviewRecord {
    ReviewRecord {
      $0.metricID = criterion.metricID
      $0.metricName = criterion.name
      $0.status = score == nil ? .failed : .completed
      $0.score = score
      $0.judgeModel = isRecorded ? judge : nil
      $0.fingerprint = isRecorded ? criterion.fingerprint : nil
      $0.judgeSamples = samples
    }
  }

  private func entry(
    _ reviews: [ReviewRecord] = [], status: ResponseStatus = .completed, score: Double? = nil, scoring: Scoring? = nil,
    column: String? = nil
  ) -> ResponseEntry {
    let record = ResponseRecord {
      $0.id = 1
      $0.runID = 1
      $0.rowIndex = 0
      $0.status = status
      $0.input = [:]
      $0.responseText = "r"
      $0.score = score
      $0.scoring = scoring
      $0.expectedColumn = column
      $0.reviews = reviews
      $0.createdAt = Timestamp(millisecondsSince1970: 0)
    }
    return ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
  }

  // MARK: Judged scores

  @Test func `a score is the mean of a completed review by every metric`() {
    #expect(scoring().score(of: entry([review(Self.tone, 5), review(Self.facts, 2)])) == 3.5)
    #expect(scoring(criteria: [Self.tone]).score(of: entry([review(Self.tone, 5), review(Self.facts, 2)])) == 5)
    #expect(scoring(criteria: []).score(of: entry([review(Self.tone, 5)])) == nil)
  }

  @Test func `a row that lacks a review, or whose review failed, has no score`() {
    let failed = entry([review(Self.tone, 5), review(Self.facts, nil)])
    let missing = entry([review(Self.tone, 5)])
    #expect(scoring().score(of: failed) == nil && scoring().score(of: missing) == nil)
    let counts = scoring().reviewCounts(of: [failed, missing])
    #expect(counts == (completed: 2, failed: 1, missing: 1, skipped: 0))
    #expect(scoring().lacking(missing, retryingFailed: false).map(\.name) == ["facts"])
    #expect(scoring().lacking(failed, retryingFailed: false).isEmpty)
    #expect(scoring().lacking(failed, retryingFailed: true).map(\.name) == ["facts"])
    #expect(scoring().score(of: entry([review(Self.tone, 5), review(Self.facts, 2)], status: .failed)) == nil)
  }

  @Test func `a skipped review has no score, whatever was written into the file`() throws {
    var skipped = review(Self.tone, 4)
    (skipped.id, skipped.status) = (1, .skipped)
    let stored = try entry([skipped]).decoded()
    #expect(stored.reviews.map(\.status) == [.skipped] && stored.reviews.map(\.score) == [nil])
    #expect(scoring(criteria: [Self.tone]).score(of: stored) == nil)
  }

  @Test func `reviews by another judge, of another wording or of another number of samples do not count`() {
    let reworded = Criterion(metricID: 1, name: "tone", instruction: "Friendly?", rubric: .standard)
    let renamed = Criterion(metricID: 1, name: "voice", instruction: "Polite?", rubric: .standard)
    let rebanded = Criterion(
      metricID: 1, name: "tone", instruction: "Polite?", rubric: Rubric(descriptions: [5: "Very."]))
    for other in [reworded, renamed, rebanded] {
      #expect(scoring(criteria: [other]).score(of: entry([review(Self.tone, 5)])) == nil)
    }
    #expect(scoring(criteria: [Self.tone]).score(of: entry([review(Self.tone, 5, judge: "k")])) == nil)
    #expect(scoring(criteria: [Self.tone]).score(of: entry([review(Self.tone, 5, samples: 3)])) == nil)
    #expect(scoring(samples: 3, criteria: [Self.tone]).score(of: entry([review(Self.tone, 5, samples: 3)])) == 5)
    let both = entry([review(Self.tone, 2), review(Self.tone, 5, judge: "k")])
    #expect(
      scoring(criteria: [Self.tone]).score(of: both) == 2
        && scoring(judge: "k", criteria: [Self.tone]).score(of: both) == 5)
  }

  @Test func `without an instruction the name is the criterion`() {
    let time = Timestamp(millisecondsSince1970: 0)
    let metric = MetricRecord {
      $0.id = 1
      $0.name = "tone"
      $0.key = "tone"
      $0.rubricBands = []
      $0.createdAt = time
      $0.updatedAt = time
    }
    let same = Criterion(metricID: 1, name: "tone", instruction: "tone", rubric: .standard)
    #expect(Criterion(metric).fingerprint == same.fingerprint)
  }

  @Test(arguments: [
    ("openai/gpt-4.1", "gpt-4.1"), ("gpt-4.1", "gpt-4.1"), (" OpenAI/o3-mini ", "o3-mini"),
    ("anthropic/claude-haiku-4-5", "claude-haiku-4-5"), ("openai/gpt-oss-20b", "openai/gpt-oss-20b"),
    ("anthropic/gpt-4.1", "anthropic/gpt-4.1"), ("ollama/qwen3", "ollama/qwen3"), ("qwen3", "qwen3"),
    ("openrouter/openai/gpt-4.1", "openrouter/openai/gpt-4.1"),
  ])
  func `a judge has one name, with its vendor's prefix or without`(name: String, canonical: String) {
    #expect(JudgeName.canonical(name) == canonical)
  }

  // MARK: Reviews of an older store

  @Test func `a review without a recorded judge counts until there is one with a judge`() {
    let old = review(Self.tone, 2, isRecorded: false)
    #expect(scoring(criteria: [Self.tone]).score(of: entry([old])) == 2)
    #expect(scoring(criteria: [Self.tone]).hasUnrecorded([entry([old])]))
    #expect(!scoring(criteria: [Self.tone]).origin(of: [entry([old])]).isRecorded)
    let both = entry([old, review(Self.tone, 5)])
    #expect(
      scoring(criteria: [Self.tone]).score(of: both) == 5 && !scoring(criteria: [Self.tone]).hasUnrecorded([both]))
    // A judge that is about to judge has no recorded reviews yet.
    #expect(scoring(criteria: [Self.tone]).recordedOnly.lacking(entry([old]), retryingFailed: true).count == 1)
  }

  // MARK: Compared texts

  @Test func `a compared score counts for the scoring and the column that it was made with`() {
    let exact = entry(score: 1, scoring: .exactMatch)
    #expect(scoring(.exactMatch).score(of: exact) == 1)
    #expect(scoring(.contains).score(of: exact) == nil)
    #expect(scoring(.exactMatch, column: "alt").score(of: exact) == nil)
    #expect(scoring(.exactMatch, column: "expected_output").score(of: exact) == 1)
    #expect(scoring(.exactMatch, column: "alt").score(of: entry(score: 0, scoring: .exactMatch, column: "alt")) == 0)
    #expect(
      scoring(.exactMatch).score(of: entry(score: 1)) == 1 && scoring(.exactMatch).hasUnrecorded([entry(score: 1)]))
    #expect(scoring(.llmJudge).score(of: exact) == nil && scoring(.none).score(of: exact) == nil)
  }

  @Test func `a score by the rule for text counts until it is made anew by the rule for JSON or calls`() {
    let old = entry(score: 1, scoring: .exactMatch)
    #expect(scoring(.exactMatch).isMade(old) && !scoring(.exactMatch).hasUnrecorded([old]))
    for form in [TextComparison.Form.json, .calls] {
      let rule = scoring(.exactMatch, form: form)
      #expect(rule.score(of: old) == 1 && !rule.isMade(old) && rule.hasUnrecorded([old]))
      #expect(!rule.origin(of: [old]).isRecorded)
      var record = ResponseRecord {
        $0.responseText = "[1, 2]"
        $0.expectedOutput = "[1,2]"
      }
      record.compare(by: rule)
      let new = ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
      #expect(record.score == (form == .json ? 1 : 0) && rule.isMade(new) && !rule.hasUnrecorded([new]))
      #expect(scoring(.exactMatch).score(of: new) == nil)
    }
  }

  @Test func `a review by a judge that was not shown images and tools does not count where they are shown`() {
    let old = review(Self.tone, 5)
    var new = old
    new.judgeMaterial = "images"
    #expect(scoring(criteria: [Self.tone], material: "images").score(of: entry([old])) == nil)
    #expect(scoring(criteria: [Self.tone], material: "images").lacking(entry([old]), retryingFailed: false).count == 1)
    #expect(scoring(criteria: [Self.tone], material: "images").score(of: entry([new])) == 5)
    #expect(scoring(criteria: [Self.tone], material: "tools").score(of: entry([new])) == nil)
    #expect(scoring(criteria: [Self.tone]).score(of: entry([new])) == nil)
  }

  @Test func `what a judge is shown besides texts follows from the settings of the run`() throws {
    func material(_ settings: JSONObject) throws -> String? {
      let settings = try RequestSettings(settings)
      return RunRecord().judgeMaterial(of: PromptRecord { $0.settings = settings })
    }
    let text: JSONValue = ["role": "user", "content": [["type": "text", "text": "a"]]]
    let image: JSONValue = ["role": "user", "content": [["type": "image", "source": "{{ a }}"]]]
    let tools: JSONValue = [["type": "function", "function": ["name": "f"]]]
    #expect(try material([:]) == nil && material(["messages": [text]]) == nil)
    #expect(try material(["messages": [text, image]]) == "images")
    #expect(try material(["messages": [["placeholder": "history"]]]) == "images")
    #expect(try material(["messages": [image], "tools": tools]) == "images and tools")
  }

  @Test func `the text beside calls is part of what an answer costs a judge to read`() {
    let response = ResponseRecord {
      $0.responseText = "[]"
      $0.textBesideCalls = "Let me look."
    }
    #expect(
      RowCost(of: response, promptBytes: 0, judge: nil).answer?.bytes == TextSize.of("[]") + TextSize.of("Let me look.")
    )
  }

  // MARK: Origins

  @Test func `origins differ in what makes scores incomparable, and in nothing else`() {
    func origin(_ scoring: RunScoring) -> ScoreOrigin { scoring.origin(of: []) }
    #expect(origin(scoring()) == origin(scoring(criteria: [Self.facts, Self.tone])))
    #expect(origin(scoring(judge: "openai/gpt-4.1")) == origin(scoring(judge: "gpt-4.1")))
    #expect(origin(scoring(.exactMatch, judge: "j")) == origin(scoring(.exactMatch, judge: nil)))
    #expect(origin(scoring()) != origin(scoring(judge: "k")))
    #expect(origin(scoring()) != origin(scoring(samples: 3)))
    #expect(origin(scoring()) != origin(scoring(criteria: [Self.tone])))
    #expect(origin(scoring(.exactMatch)) != origin(scoring(.exactMatch, column: "alt")))
  }
}
