package import JSONCoding
import JSONRPC

/// The tools of the server in display order.
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
  package func definitions(
    for version: ProtocolVersion, _ client: ClientCapabilities = ClientCapabilities()
  ) -> JSONValue {
    .array(tools.map { .object($0.definition(for: version, client)) })
  }

  func unknown(_ name: String) -> RPCError {
    let subject = Self.subject(of: name)
    let siblings = subject.isEmpty ? [] : tools.map(\.name).filter { Self.subject(of: $0) == subject }
    let hint =
      if siblings.isEmpty || NearestName.isMisspelling(name, ofAnyOf: siblings) {
        NearestName.of(name, among: tools.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
      } else {
        // The subject is known but the verb is not; the nearest name would do something else.
        " \(subject) has \(siblings.joined(separator: ", "))."
      }
    return .invalidParams("Unknown tool \"\(Quotation.shortened(name))\".\(hint) tools/list shows all.")
  }

  /// The subject of a tool: its name without the verb at the end.
  private static func subject(of name: String) -> Substring {
    name.lastIndex(of: "_").map { name[..<$0] } ?? ""
  }
}
