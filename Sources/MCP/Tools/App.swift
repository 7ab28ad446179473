import JSONCoding

/// A page that a client shows with the results of a tool.
///
/// https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
package struct App: Sendable, Equatable {
  /// The MIME type of its resource.
  package static let mimeType = "text/html;profile=mcp-app"

  /// The URI of the page, a resource of the server.
  package let uri: String

  package init(uri: String) { self.uri = uri }

  /// The `_meta` of a tool; some clients know only the flat key.
  var metadata: JSONObject { ["ui": ["resourceUri": .string(uri)], "ui/resourceUri": .string(uri)] }
}
