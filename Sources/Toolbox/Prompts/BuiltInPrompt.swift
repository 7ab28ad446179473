import Evaluation
import MCP

/// An MCP prompt that the client's own model works through.
protocol BuiltInPrompt: Sendable {
  static var name: String { get }
  /// The groups of tools that it needs, at least for reading.
  static var toolsets: [String] { get }

  init(services: Services, selection: ToolSelection, makeBoundary: @escaping @Sendable () -> Boundary)

  var prompt: Prompt { get }
}

/// The prompts that the program brings along.
enum BuiltInPrompts {
  /// To add one, add its type here.
  private static let all: [any BuiltInPrompt.Type] = [ImprovePrompt.self, DesignMetrics.self, ReviewJudge.self]

  /// Those whose tools are enabled.
  static func shown(by selection: ToolSelection) -> [any BuiltInPrompt.Type] {
    all.filter { selection.shows($0.toolsets) }
  }
}
