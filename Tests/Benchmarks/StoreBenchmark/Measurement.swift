import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A result of the benchmark, with its limit from the same run.
struct Measurement {
  let name: String
  let figure: String
  let limit: String
  let isReached: Bool
}

/// The duration of some work in seconds, by the monotonic clock.
func seconds<Value>(_ body: () async throws -> Value) async rethrows -> (Double, Value) {
  let start = ContinuousClock.now
  let value = try await body()
  let elapsed = ContinuousClock.now - start
  return (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, value)
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted[sorted.count / 2]
}

/// The resident memory of this process in bytes; 0 if the system does not report it.
func residentMemory() -> Int {
  do {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  } catch {
    return 0
  }
}
