import JSONRPC
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Tells a person who has started the program in a terminal what it waits for.
///
/// Clients start the program themselves, with a pipe as its input.
final class TerminalGuide: Sendable {
  private let log: Log
  private let hasHinted = Mutex(false)

  init(log: Log) {
    self.log = log
  }

  /// Says in three lines what the program is, how a client is told of it, and where to read on.
  func begin() {
    log.notice(
      "this is an MCP server, which tests prompts. It is waiting for a client to speak JSON-RPC; Ctrl-D ends it.")
    log.notice("clients start it themselves. For Claude Code: claude mcp add completion-kit -- \(Self.command)")
    log.notice("--help shows its options, and --try a first evaluation without a key.")
  }

  /// Gives a hint after the first line that is no message.
  func take(_ answer: Answer) {
    guard answer.request == nil, case .failure = answer.outcome else { return }
    let isFirst = hasHinted.withLock { hasHinted in
      defer { hasHinted = true }
      return !hasHinted
    }
    guard isFirst else { return }
    log.notice(
      "that line is not a message of JSON-RPC, which clients write. Ctrl-D ends the program; try it with --try.")
  }

  /// How the program was started, as a command that works in any folder.
  private static var command: String {
    let name = CommandLine.arguments.first ?? "completion-kit"
    // A name without a folder was found on the search path.
    guard name.contains("/"), !name.hasPrefix("/") else { return name }
    return URL(fileURLWithPath: name).standardizedFileURL.path
  }
}
