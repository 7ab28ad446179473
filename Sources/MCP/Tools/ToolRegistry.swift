package import JSONCoding
import JSONRPC

/// The tools of the server, in the order in which clients see them.
package struct ToolRegistry: Sendable {
  package let tools: [Tool]
  private let byName: [String: Tool]

  /// - Precondition: the names are unique.
  package init(_ tools: [Tool]) {
    self.tools = tools
    byName = Dictionary(uniqueKeysWithValues: tools.map { ($0.name, $0) })
  }

  subscript(name: String) -> Tool? { byName[name] }

  /// The `tools` array for a client of this version.
  package func definitions(for version: ProtocolVersion) -> JSONValue {
    .array(tools.map { .object($0.definition(for: version)) })
  }

  func unknown(_ name: String) -> RPCError {
    let hint = NearestName.of(name, among: tools.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
    return .invalidParams("Unknown tool \"\(Quotation.shortened(name))\".\(hint) tools/list shows all.")
  }
}
