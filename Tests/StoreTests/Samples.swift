import Foundation
import JSONCoding
import Synchronization
import TestSupport

@testable import Store

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension TemporaryFolder {
  var store: String { path + "/kit/store.json" }

  func write(_ text: String) throws { _ = try write(text, to: "kit/store.json") }

  func text() throws -> String { try String(contentsOfFile: store, encoding: .utf8) }

  /// The kept file of an older format, which is then removed; nil if there is none.
  func takeOlderFile() throws -> Data? {
    let folder = URL(fileURLWithPath: store).deletingLastPathComponent()
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    guard let old = files.first(where: { $0.lastPathComponent.hasPrefix("store.json.format-") }) else { return nil }
    defer { try? FileManager.default.removeItem(at: old) }
    return try Data(contentsOf: old)
  }

  func mode(of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
  }
}

/// The clock of tests: 2026-11-21T10:15:30.125Z.
let noon = Timestamp(millisecondsSince1970: 1_795_256_130_125)

func openStore(_ path: String, notice: @escaping @Sendable (String) -> Void = { _ in }) -> Store {
  Store(path: path, now: { noon }, notice: notice)
}

/// A store that gives up waiting soon, and may write another format.
func openStore(_ path: String, format: StoreFormat = .current, lockPatience: Double) -> Store {
  Store(path: path, format: format, lockPatience: lockPatience, now: { noon }, notice: { _ in })
}

extension Store {
  /// Makes the next write and its rollback fail.
  func breakFile() throws { file.file = try FileDescriptor(file.path, O_RDONLY) }

  /// Begins a transaction and returns when it waits.
  func begin<Value: Sendable>(
    _ body: @escaping @Sendable (inout Transaction) throws -> Value
  ) async -> Task<Value, any Error> {
    let task = Task { try await commit(body) }
    await Task.yield()
    return task
  }

  /// Runs a transaction and, before it is written, takes ownership of a run.
  func commit(
    owning run: Int, _ body: @escaping @Sendable (inout Transaction) throws -> Void
  ) async throws -> Bool {
    let (commitment, ownership) = (Task { try await commit(body) }, Task { try await own(run: run) })
    try await commitment.value
    return try await ownership.value
  }

  /// Runs a transaction and, before it is written, a reader that waits for it.
  func readDuringCommit<Value: Sendable>(
    _ body: @escaping @Sendable (inout Transaction) throws -> Void,
    _ look: @escaping @Sendable (borrowing Tables) throws -> Value
  ) async -> (Result<Void, any Error>, Result<Value, any Error>) {
    let (commitment, reading) = (Task { try await commit(body) }, Task { try await read(look) })
    return (await commitment.result, await reading.result)
  }

  /// Makes two transactions share a write.
  func commitTogether<First: Sendable, Second: Sendable>(
    _ first: @escaping @Sendable (inout Transaction) throws -> First,
    _ second: @escaping @Sendable (inout Transaction) throws -> Second
  ) async -> (Result<First, any Error>, Result<Second, any Error>) {
    // The actor runs them in this order, and the first lets the second join before it writes.
    arrivals.add(1, ordering: .relaxed)
    defer { arrivals.subtract(1, ordering: .relaxed) }
    let (first, second) = (Task { try await commit(first) }, Task { try await commit(second) })
    return (await first.result, await second.result)
  }
}

func tag(_ name: String, id: Int = 0) -> TagRecord {
  TagRecord {
    $0.id = id
    $0.name = name
    $0.color = "mint"
    $0.createdAt = noon
    $0.updatedAt = noon
  }
}

func metric(_ name: String) -> MetricRecord {
  MetricRecord {
    $0.name = name
    $0.key = name
    $0.instruction = "Is it \(name)?"
    $0.rubricBands = (1...5).reversed().map { .init(stars: $0, description: "\($0) stars") }
    $0.tagIDs = [1]
    $0.createdAt = noon
    $0.updatedAt = noon
  }
}

func prompt(_ name: String, id: Int = 0, tagIDs: [Int] = []) -> PromptRecord {
  PromptRecord {
    $0.id = id
    $0.name = name
    $0.template = "Say {{ word }} \"twice\"\n\u{1F600}"
    $0.llmModel = "echo"
    $0.familyKey = "f-1"
    $0.versionNumber = 1
    $0.current = true
    $0.tagIDs = tagIDs
    $0.createdAt = noon
    $0.updatedAt = noon
  }
}

func run(_ name: String, promptID: Int, id: Int = 0) -> RunRecord {
  RunRecord {
    $0.id = id
    $0.name = name
    $0.status = .completed
    $0.promptID = promptID
    $0.scoring = Scoring(rawValue: "LlmJudge")
    $0.isScoringChosen = true
    $0.metricIDs = [1]
    $0.judgeModel = "echo"
    $0.concurrency = 8
    $0.rows = "validation"
    $0.snapshot = RunSnapshot {
      $0.promptName = "p"
      $0.promptVersion = 1
      $0.template = "t"
      $0.model = "echo"
      $0.datasetHash = "00ff"
      $0.rowCount = 2
      $0.rows = "validation"
    }
    $0.assumedPrices = [
      AssumedPrice {
        $0.model = "gpt-4.1"
        $0.origin = "http://127.0.0.1:4000"
        $0.list = "OpenAI"
        $0.credentialID = 2
      }
    ]
    $0.probes = [
      ProbeRecord {
        $0.metricID = 1
        $0.metricName = "clarity"
        $0.judgeModel = "gpt-6-luna"
        $0.judgeEffort = "low"
        $0.fingerprint = "00ff"
        $0.results = [
          ProbeResult { $0.score = 5 },
          ProbeResult {
            $0.kind = .injected
            $0.rowIndex = 1
            $0.otherRowIndex = 2
            $0.error = "quoted"
            $0.isQuotation = true
          },
        ]
        $0.resultCount = 3
        $0.sourceRunID = 4
        $0.usage = .init(promptTokens: 3, completionTokens: 4)
        $0.cost = 0.001
        $0.uncountedCalls = 1
      }
    ]
    $0.pairwise = [
      PairwiseJudging {
        $0.against = 2
        $0.judgeModel = "gpt-6-luna"
        $0.judgeEffort = "low"
        $0.judgeSamples = 3
        $0.criterion = "clarity"
        $0.fingerprint = "00ff"
        $0.metricIDs = [4]
        $0.startedAt = noon
        $0.isRunning = true
        $0.errorMessage = "It was cancelled."
      }
    ]
    $0.createdAt = noon
    $0.updatedAt = noon
  }
}

func response(runID: Int, row: Int, id: Int = 0) -> ResponseRecord {
  ResponseRecord {
    $0.id = id
    $0.runID = runID
    $0.rowIndex = row
    $0.status = .completed
    $0.input = ["word": "row \(row)"]
    $0.expectedOutput = "yes"
    $0.responseText = "A text with \"quotes\" and \u{e9}\u{1F600}\n"
    $0.reasoningText = "Let me see."
    $0.textBesideCalls = "I look."
    $0.score = 1
    $0.scoring = Scoring(rawValue: "Contains")
    $0.expectedColumn = "answer"
    $0.comparedForm = "calls"
    $0.reviews = [
      ReviewRecord {
        $0.metricID = 1
        $0.metricName = "clarity"
        $0.status = .completed
        $0.score = 4
        $0.feedback = "good"
        $0.judgeModel = "gpt-6-luna"
        $0.fingerprint = "00ff"
        $0.judgeSamples = 3
        $0.judgeEffort = "low"
        $0.judgeMaterial = "images"
        $0.samples = [4, 4, 5]
      },
      ReviewRecord {
        $0.metricID = 2
        $0.metricName = "tone"
        $0.status = .failed
        $0.error = "no score"
      },
    ]
    $0.pairwise = [
      PairwiseReview {
        $0.against = 2
        $0.otherResponseID = 7
        $0.judgeModel = "gpt-6-luna"
        $0.judgeEffort = "low"
        $0.judgeSamples = 3
        $0.fingerprint = "00ff"
        $0.asFirst = 4
        $0.asSecond = 5
        $0.reasonsAsFirst = "It is shorter."
        $0.reasonsAsSecond = "It is right."
        $0.error = "no score"
      }
    ]
    $0.attempts = 1
    $0.failure = .unusable
    $0.model = "echo"
    $0.finishReason = "stop"
    $0.latency = 12.5
    $0.usage = .init(promptTokens: 10, completionTokens: 5, cachedTokens: 4, cacheWriteTokens: 3, reasoningTokens: 2)
    $0.cost = 0.001
    $0.judgeUsage = .init(promptTokens: 3, completionTokens: 4)
    $0.judgeCost = 0.0005
    $0.knownJudgeCost = 0.0002
    $0.unpricedJudging = [
      JudgingShare {
        $0.judgeModel = "gpt-6-luna"
        $0.count = 2
        $0.usage = .init(promptTokens: 1, completionTokens: 2)
      }
    ]
    $0.judgeShares = [
      JudgingShare {
        $0.judgeModel = "gpt-6-luna"
        $0.count = 2
      }
    ]
    $0.serviceTier = "flex"
    $0.uncountedCalls = 1
    $0.serverErrors = 2
    $0.createdAt = noon
  }
}

func verdict(on response: Int, run: Int, id: Int = 0) -> VerdictRecord {
  VerdictRecord {
    $0.id = id
    $0.runID = run
    $0.responseID = response
    $0.metricID = 1
    $0.metricName = "clarity"
    $0.wording = "Criterion: clarity"
    $0.fingerprint = "00ff"
    $0.score = 4
    $0.note = "good"
    $0.isBlind = true
    $0.createdAt = noon
  }
}

func experiment(_ name: String, promptIDs: [Int] = [1], id: Int = 0) -> ExperimentRecord {
  ExperimentRecord {
    $0.id = id
    $0.name = name
    $0.arms = promptIDs.map { .init(promptID: $0, weight: 1.5) }
    $0.allocation = .adaptive
    $0.status = .running
    $0.createdAt = noon
    $0.updatedAt = noon
  }
}

func generation(experimentID: Int, promptID: Int = 1, id: Int = 0) -> GenerationRecord {
  GenerationRecord {
    $0.id = id
    $0.experimentID = experimentID
    $0.promptID = promptID
    $0.sampleIndex = 2
    $0.status = .completed
    $0.outcome = .negative
    $0.outcomeOrder = 3
    $0.isOutcomeChanged = true
    $0.seed = -7
    $0.serverErrors = 1
    $0.inputs = ["word": "caf\u{e9}", "n": 1]
    $0.output = "A text with \"quotes\"\n"
    $0.model = "echo"
    $0.finishReason = "stop"
    $0.latency = 12.5
    $0.attempts = 3
    $0.usage = .init(promptTokens: 10, completionTokens: 5, reasoningTokens: 2)
    $0.cost = 0.001
    $0.caller = .init(sessionID: "s", sessionReferenceID: "r", user: "u", metadata: ["a": [1, nil]])
    $0.warnings = ["seed was not sent"]
    $0.providerRequest = ["model": "echo"]
    $0.providerResponse = ["choices": []]
    $0.createdAt = noon
  }
}

/// A store with a few records, some in the document and some in the journal.
@discardableResult
func fill(_ store: Store) async throws -> Int {
  try await store.commit { transaction in
    let tag = transaction.insert(tag("first"))
    let prompt = transaction.insert(prompt("greeting", tagIDs: [tag.id]))
    let run = transaction.insert(run("baseline", promptID: prompt.id))
    for row in 0..<2 { transaction.insert(response(runID: run.id, row: row)) }
    return run.id
  }
}

/// A store with records of every kind and all kinds of journal entries.
func fillRichly(_ store: Store) async throws {
  try await fill(store)
  try await store.commit { transaction in
    transaction.insert(
      DatasetRecord {
        $0.name = "words"
        $0.csvData = "word\n\u{e9}\n"
        $0.columns = ["word"]
        $0.rowCount = 1
        $0.tagIDs = [1]
        $0.createdAt = noon
        $0.updatedAt = noon
      })
    transaction.insert(metric("clarity"))
    transaction.insert(metric("tone"))
    transaction.insert(
      MetricGroupRecord {
        $0.name = "both"
        $0.metricIDs = [1, 2]
        $0.tagIDs = [1]
        $0.createdAt = noon
        $0.updatedAt = noon
      })
    transaction.insert(
      ProviderCredentialRecord {
        $0.provider = "ollama"
        $0.apiKey = "k"
        $0.inputPrice = 0.5
        $0.outputPrice = 1.25
        $0.createdAt = noon
        $0.updatedAt = noon
      })
    var run = run("second", promptID: 1)
    run.datasetID = 1
    run.providerCredentialID = 1
    run.settings = try RequestSettings(["temperature": 0.5])
    run.warnings = ["slow"]
    transaction.insert(run)
    transaction.insert(experiment("first"))
    transaction.insert(experiment("second"))
    for _ in 0..<2 { transaction.insert(generation(experimentID: 1)) }
    transaction.insert(generation(experimentID: 2))
  }
  await store.close()
}

/// Adds all kinds of entries to a journal.
func changeRichly(_ store: Store) async throws {
  try await store.commit { transaction in
    transaction.insert(response(runID: 2, row: 0))
    transaction.insert(tag("second"))
  }
  try await store.commit { transaction in
    transaction.deleteResponses(ofRun: 1)
    transaction.insert(response(runID: 1, row: 1))
    guard var prompt = transaction.tables.prompts[1] else { return }
    prompt.template = "Shout {{ word }}"
    transaction.put(prompt)
  }
  try await store.commit { transaction in
    transaction.delete(MetricGroupRecord.self, id: 1)
    transaction.delete(RunRecord.self, id: 2)
    transaction.deleteGenerations(ofExperiment: 1, byPrompt: 1)
    transaction.delete(ExperimentRecord.self, id: 2)
    transaction.insert(generation(experimentID: 1))
  }
}

/// A store with a record of every kind in which every number is set.
func fillWithNumbers(_ store: Store) async throws {
  try await fillRichly(store)
  let again = openStore(await store.file.path)
  try await again.commit { transaction in
    guard var run = transaction.tables.runs[2] else { return }
    run.judgeSamples = 3
    (run.judgeEffort, run.judgeMaxTokens) = ("low", 2_000)
    run.settings = try RequestSettings(["temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "seed": 7])
    (run.maxCost, run.estimatedCost, run.firstEstimatedCost, run.tagIDs) = (1.5, 0.25, 0.5, [1])
    run.serverErrors = 2
    transaction.put(run)
    let session = transaction.insert(SessionRecord { $0.key = "s" })
    transaction.insert(
      SessionExchangeRecord {
        $0.sessionID = session.id
        $0.messages = [.init(.user, "hello")]
        $0.answer = "hello"
        $0.model = "echo"
        $0.providerCredentialID = 1
        $0.usage = .init(promptTokens: 1, completionTokens: 2)
        $0.cost = 0.5
        $0.latency = 12.5
        $0.createdAt = noon
      })
    transaction.insert(verdict(on: 1, run: 1))
    var display = DisplayRecord(ofRun: 1, isComplete: true)
    display.add([1], .scored, among: [1, 2])
    display.add([1, 2], .hidden, among: [1, 2])
    display.add([2], .told, among: [1, 2])
    transaction.insert(display)
  }
  await again.close()
}
