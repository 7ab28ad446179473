import JSONCoding

/// Who the server is (schema `Implementation`) and how a model should use it.
package struct ServerInfo: Sendable {
  package let name: String
  package let title: String
  package let version: String
  /// For the client's model: how the tools work together.
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

  /// The same with what is for a person's eyes, said once and not with every result.
  func introduction(for version: ProtocolVersion) -> JSONObject {
    var object = implementation(for: version)
    if version.hasIcons, let icon {
      object["icons"] = [["src": .string(icon), "mimeType": "image/png", "sizes": ["48x48"]]]
    }
    return object
  }
}
