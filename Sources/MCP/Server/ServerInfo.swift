import JSONCoding

/// The server's identity (schema `Implementation`) and its instructions for a model.
package struct ServerInfo: Sendable {
  package let name: String
  package let title: String
  package let version: String
  /// Instructions for the client's model on how the tools work together.
  package let instructions: String
  /// A PNG of 48 by 48 as a `data:` URI; nil for none.
  package let icon: String?

  package init(name: String, title: String, version: String, instructions: String, icon: String? = nil) {
    self.name = name
    self.title = title
    self.version = version
    self.instructions = instructions
    self.icon = icon
  }

  func implementation(for version: ProtocolVersion) -> JSONObject {
    var object: JSONObject = ["name": .string(name)]
    if version.hasTitles { object["title"] = .string(title) }
    object["version"] = .string(self.version)
    return object
  }

  /// The identity with its display members, which are sent once rather than with every result.
  func introduction(for version: ProtocolVersion) -> JSONObject {
    var object = implementation(for: version)
    if version.hasIcons, let icon {
      object["icons"] = [["src": .string(icon), "mimeType": "image/png", "sizes": ["48x48"]]]
    }
    return object
  }
}
