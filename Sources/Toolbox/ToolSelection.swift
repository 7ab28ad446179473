package import MCP

/// What of the server this process offers: everything, unless its options say less.
package struct ToolSelection: Sendable {
  /// The tools, in the order in which clients see them.
  package let tools: [Tool]
  let isReadOnly: Bool
  let isNoSpend: Bool
  private let toolsets: Set<String>
  private let names: Set<String>

  /// - Parameters:
  ///   - tools: all there are.
  ///   - toolsets: the groups to offer; nil for all.
  ///   - isReadOnly: offer only what changes nothing.
  ///   - isNoSpend: models that cost money are refused.
  package init(_ tools: [Tool], toolsets: [String]? = nil, isReadOnly: Bool = false, isNoSpend: Bool = false) {
    self.tools = tools.filter { tool in
      toolsets?.contains(tool.toolset) ?? true && (!isReadOnly || tool.annotations.isReadOnly)
    }
    self.isReadOnly = isReadOnly
    self.isNoSpend = isNoSpend
    self.toolsets = Set(self.tools.map(\.toolset))
    names = Set(self.tools.map(\.name))
  }

  /// Whether all of these tools can be called.
  func has(_ tools: String...) -> Bool { names.isSuperset(of: tools) }

  /// Whether something of all these groups can be seen, if only read.
  func shows(_ toolsets: String...) -> Bool { self.toolsets.isSuperset(of: toolsets) }
}
