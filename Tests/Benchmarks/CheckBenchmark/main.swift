import Evaluation
import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// The time that checks need: check-benchmark [ANSWERS] scores answers of a dozen words by ten checks, on all processors,
// and prints seconds and the growth of resident memory. Nothing is stored.

let checks: [JSONObject] = [
  ["kind": "equals"],
  ["kind": "contains"],
  ["kind": "contains_any", "values": ["dozen", "twelve"]],
  ["kind": "starts_with", "value": "The"],
  ["kind": "regex", "pattern": "question [0-9]+ is"],
  ["kind": "json"],
  ["kind": "length", "max": 200],
  ["kind": "overlap"],
  ["kind": "similarity"],
  ["kind": "contains", "value": "{{ text }} is"],
]

/// Kilobytes of resident memory; 0 where the system does not tell.
func resident() -> Int {
  do {
    let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  } catch {
    return 0
  }
}

@concurrent
func score(_ count: Int) async throws -> Double {
  let checks = try checks.map { object throws(EvaluationError) in try Check(object) }
  let size = 1_000
  return try await withThrowingTaskGroup(of: Double.self) { group in
    for start in stride(from: 0, to: count, by: size) {
      group.addTask {
        var sum = 0.0
        for index in start..<min(start + size, count) {
          let subject = Check.Subject(
            answer: "The answer to question \(index) is a sentence of about a dozen words.",
            expected: "question \(index)", values: ["text": .string("question \(index)")])
          for check in checks { sum += try check.score(subject).score }
        }
        return sum
      }
    }
    return try await group.reduce(0, +)
  }
}

let count = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 100_000
_ = try await score(1_000)
let before = resident()
let start = ContinuousClock.now
let sum = try await score(count)
let elapsed = ContinuousClock.now - start
print("\(count) answers, \(checks.count) checks: \(elapsed), sum \(sum), memory +\(resident() - before) kB")
