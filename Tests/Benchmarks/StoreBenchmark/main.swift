import Foundation
import JSONCoding
import Store

// Measures the store beside its limits: swift run -c release store-benchmark
// `open PATH` opens a store in a fresh process and prints seconds and memory: the benchmark calls itself. `make PATH` makes a
// store with one run of 100,000 responses, and `make PATH RESPONSES [RUNS DATASETS]` one for large_store.py.

func makeStore(_ path: String) -> Store {
  Store(path: path, now: { Timestamp(Date()) }, notice: { print("notice:", $0) })
}

func sampleTag(_ number: Int) -> TagRecord {
  let now = Timestamp(millisecondsSince1970: 1_795_256_130_125)
  return TagRecord {
    $0.name = "tag \(number)"
    $0.color = "mint"
    $0.createdAt = now
    $0.updatedAt = now
  }
}

func sampleResponse(runID: Int, row: Int) -> ResponseRecord {
  ResponseRecord {
    $0.runID = runID
    $0.rowIndex = row
    $0.status = .completed
    $0.input = ["question": .string("Question \(row): which city is the capital of the country named in row \(row)?")]
    $0.expectedOutput = "Paris"
    $0.responseText = String(repeating: "The capital is Paris. ", count: 12)
    $0.score = 1
    $0.attempts = 1
    $0.model = "gpt-4.1-mini-2025-04-14"
    $0.finishReason = "stop"
    $0.latency = 312.4
    $0.usage = .init(promptTokens: 25, completionTokens: 60)
    $0.cost = 0.000123
    $0.createdAt = Timestamp(millisecondsSince1970: 1_795_256_130_125)
  }
}

func fill(_ store: Store, responses count: Int) async throws {
  let now = Timestamp(millisecondsSince1970: 1_795_256_130_125)
  let runID = try await store.commit { transaction in
    let prompt = transaction.insert(
      PromptRecord {
        $0.name = "p"
        $0.template = "{{ question }}"
        $0.llmModel = "echo"
        $0.familyKey = "f"
        $0.versionNumber = 1
        $0.current = true
        $0.createdAt = now
        $0.updatedAt = now
      })
    return transaction.insert(
      RunRecord {
        $0.name = "r"
        $0.status = .completed
        $0.promptID = prompt.id
        $0.scoring = Scoring(rawValue: "ExactMatch")
        $0.concurrency = 8
        $0.createdAt = now
        $0.updatedAt = now
      }
    ).id
  }
  for start in stride(from: 0, to: count, by: 1000) {
    try await store.commit { transaction in
      for row in start..<min(start + 1000, count) {
        transaction.insert(sampleResponse(runID: runID, row: row))
      }
    }
  }
}

// As in the server's tools, not on the main thread, whose wake-up would be measured as well.
@concurrent
func commits(_ store: Store, count: Int) async throws -> Double {
  let (time, _) = try await seconds {
    for number in 0..<count { try await store.commit { _ = $0.insert(sampleTag(number)) } }
  }
  return Double(count) / time
}

func groupedCommits(_ store: Store, writers: Int, each: Int) async throws -> Double {
  let (time, _) = try await seconds {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          for number in 0..<each { try await store.commit { _ = $0.insert(sampleTag(writer * each + number)) } }
        }
      }
      try await group.waitForAll()
    }
  }
  return Double(writers * each) / time
}

/// Opens a store in a separate process: seconds to the first read, and memory above that of a process without a store.
func openElsewhere(_ path: String) throws -> (seconds: Double, memory: Int) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
  process.arguments = ["open", path]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  let parts = text.split(separator: " ").compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  return (parts[0], Int(parts[1]))
}

if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "open" {
  let idle = residentMemory()
  let store = makeStore(CommandLine.arguments[2])
  let (time, count) = try await seconds { try await store.read { $0.responses.count } }
  precondition(count > 0)
  print(time, residentMemory() - idle)
  exit(0)
}

if CommandLine.arguments.count >= 3, CommandLine.arguments[1] == "make" {
  let store = makeStore(CommandLine.arguments[2])
  let sizes = CommandLine.arguments[3...].compactMap { Int($0) }
  if let responses = sizes.first {
    // Runs of 10,000 responses on one dataset, unless more is said.
    let (runs, datasets) = sizes.count == 3 ? (sizes[1], sizes[2]) : (max(1, responses / 10_000), 1)
    try await LargeStore(responses: responses, runs: runs, datasets: datasets).fill(store)
  } else {
    try await fill(store, responses: 100_000)
  }
  await store.close()
  exit(0)
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-benchmark-\(UUID().uuidString)").path
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }
var results: [Measurement] = []

// One commit at a time, in turns on plain appends, the empty store and the large one, so that variations of the disk
// affect all.
let small = makeStore(folder + "/small.json")
let largePath = folder + "/large.json"
let large = makeStore(largePath)
try await fill(large, responses: 100_000)
await large.close()
let reopened = makeStore(largePath)
_ = try await small.commit { $0.insert(sampleTag(0)) }
var entry = Array(",\n{\"put\":{\"tags\":[".utf8)
entry += sampleTag(1).encoded + Array("]}}\n]\n}\n".utf8)
_ = try await reopened.read { $0.responses.count }
var (plain, empty, full) = ([Double](), [Double](), [Double]())
for _ in 0..<7 {
  plain.append(await plainAppends(of: entry, count: 1000, in: folder))
  empty.append(try await commits(small, count: 1000))
  full.append(try await commits(reopened, count: 1000))
}
let (plainRate, emptyRate, fullRate) = (median(plain), median(empty), median(full))
func rate(_ value: Double) -> String { "\(Int(value))/s" }
results.append(
  Measurement(
    name: "durable commits, one at a time, empty store",
    figure: "\(rate(emptyRate)) = \(Int(100 * emptyRate / plainRate)) % of plain append + fdatasync",
    limit: "70 % of \(rate(plainRate))", isReached: emptyRate >= 0.7 * plainRate))
results.append(
  Measurement(
    name: "the same with 100,000 responses",
    figure: "\(rate(fullRate)) = \(Int(100 * fullRate / emptyRate)) % of the empty store's",
    limit: "90 % of \(rate(emptyRate))", isReached: fullRate >= 0.9 * emptyRate))
var grouped: [Double] = []
for _ in 0..<5 { grouped.append(try await groupedCommits(small, writers: 64, each: 200)) }
results.append(
  Measurement(
    name: "grouped commits, 64 writers",
    figure: "\(rate(median(grouped))) = \(Int(10 * median(grouped) / emptyRate)) tenths of one at a time",
    limit: "5 times \(rate(emptyRate))", isReached: median(grouped) >= 5 * emptyRate))

// Another process's 1,000 entries.
let other = makeStore(folder + "/small.json")
_ = try await other.read { $0.tags.count }
var catchUps: [Double] = []
for _ in 0..<7 {
  _ = try await commits(small, count: 1000)
  catchUps.append(try await seconds { try await other.read { $0.tags.count } }.0)
}
results.append(
  Measurement(
    name: "catching up on 1,000 entries", figure: "\(Int(median(catchUps) * 10_000)) tenths of a ms", limit: "20 ms",
    isReached: median(catchUps) <= 0.02))

// Opening.
await reopened.close()
let size = try FileManager.default.attributesOfItem(atPath: largePath)[.size] as? Int ?? 0
let opened = try (0..<7).map { _ in try openElsewhere(largePath) }
let openTime = median(opened.map(\.seconds))
let memory = opened.map(\.memory).max() ?? 0
results.append(
  Measurement(
    name: "opening 100,000 responses (\(size >> 20) MiB)", figure: "\(Int(openTime * 1000)) ms", limit: "300 ms",
    isReached: openTime <= 0.3))
results.append(
  Measurement(
    name: "memory after that", figure: "\(memory * 100 / size) % of the file", limit: "150 %",
    isReached: Double(memory) <= 1.5 * Double(size)))

for result in results {
  print("\(result.isReached ? "reached" : "MISSED ")  \(result.name): \(result.figure) (limit: \(result.limit))")
}
