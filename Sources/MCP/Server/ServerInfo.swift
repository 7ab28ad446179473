import JSONCoding

/// Who the server is (schema `Implementation`) and how a model should use it.
package struct ServerInfo: Sendable {
  package let name: String
  package let title: String
  package let version: String
  /// For the client's model: how the tools work together.
  package let instructions: String

  package init(name: String, title: String, version: String, instructions: String) {
    self.name = name
    self.title = title
    self.version = version
    self.instructions = instructions
  }

  func implementation(for version: ProtocolVersion) -> JSONObject {
    var object: JSONObject = ["name": .string(name)]
    if version.hasTitles { object["title"] = .string(title) }
    object["version"] = .string(self.version)
    return object
  }
}
