import JSONCoding
import JSONRPC
import MCP
import Synchronization
import Toolbox

/// Watches the answers of a script that must not fail: the option `--strict`.
final class StrictScript: Sendable {
  /// The exit code of a script that failed.
  static let failure: Int32 = 1
  /// The size limit in characters of the reason in a message.
  private static let reasonLimit = 600
  /// How many faults are named; the rest is counted.
  private static let named = 20

  private struct State {
    var answers = 0
    var faults: [String] = []
    var faultCount = 0
  }

  private let state = Mutex(State())

  func take(_ answer: Answer) {
    let fault = Self.reason(answer).map { "\(Self.name(answer)) failed: \(Self.line($0))" }
    state.withLock { state in
      state.answers += 1
      guard let fault else { return }
      state.faultCount += 1
      if state.faults.count < Self.named { state.faults.append(fault) }
    }
  }

  /// Why the script failed, a line for each request that did; empty if it did not.
  ///
  /// A script without an answer has tested nothing, and neither has one whose answers were not all written.
  ///
  /// - Parameter isWhole: whether every answer was written.
  func faults(isWhole: Bool) -> [String] {
    let (answers, faults, count) = state.withLock { ($0.answers, $0.faults, $0.faultCount) }
    let rest = count - faults.count
    if count > 0 { return faults + (rest > 0 ? ["\(rest) more requests failed"] : []) }
    if !isWhole { return ["the script ended before all of its answers were written"] }
    return answers == 0 ? ["the input has no request"] : []
  }

  private static func reason(_ answer: Answer) -> String? {
    switch answer.outcome {
    case .failure(let error): return error.message
    case .success(let result):
      do throws(ToolError) {
        guard let object = try ToolResult.reading(result), let gate = GateOutcome(in: object) else { return nil }
        return gate.reasons.isEmpty ? nil : "the gate does not pass. \(gate.reasons.joined(separator: " "))"
      } catch {
        return error.description
      }
    }
  }

  /// `request 12 (tools/call runs_get)`.
  private static func name(_ answer: Answer) -> String {
    let id = answer.id.map { " \($0.json.text)" } ?? ""
    guard let request = answer.request else { return "message\(id)" }
    let subject = request.params?["name"]?.stringValue.map { " \($0)" } ?? ""
    return line("request\(id) (\(request.method)\(subject))")
  }

  /// The text in one line, without control characters.
  private static func line(_ text: String) -> String {
    let spaced = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
    return spaced.count > reasonLimit ? String(spaced.prefix(reasonLimit)) + "…" : String(spaced)
  }
}
