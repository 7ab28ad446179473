package import MCP

/// The tools, prompts and resources enabled by --toolsets, --read-only and --no-spend.
package struct ToolSelection: Sendable {
  /// The tools in display order.
  package let tools: [Tool]
  let isReadOnly: Bool
  let isNoSpend: Bool
  private let toolsets: Set<String>
  private let names: Set<String>

  /// - Parameters:
  ///   - tools: all existing tools.
  ///   - toolsets: the enabled groups; nil for all.
  ///   - isReadOnly: whether only tools without changes are enabled.
  ///   - isNoSpend: whether models that cost money are rejected.
  package init(_ tools: [Tool], toolsets: [String]? = nil, isReadOnly: Bool = false, isNoSpend: Bool = false) {
    self.tools = tools.filter { tool in
      toolsets?.contains(tool.toolset) ?? true && (!isReadOnly || tool.annotations.isReadOnly)
    }
    self.isReadOnly = isReadOnly
    self.isNoSpend = isNoSpend
    self.toolsets = Set(self.tools.map(\.toolset))
    names = Set(self.tools.map(\.name))
  }

  /// Whether all of these tools are enabled.
  func has(_ tools: String...) -> Bool { names.isSuperset(of: tools) }

  /// Whether all of these groups are visible, at least for reading.
  func shows(_ toolsets: String...) -> Bool { shows(toolsets) }

  /// As ``shows(_:)``, with the groups in a list.
  func shows(_ toolsets: [String]) -> Bool { self.toolsets.isSuperset(of: toolsets) }
}
