package import JSONCoding

/// Something that can be read by its URI.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/resources
package struct Resource: Sendable, Equatable {
  package let uri: String
  package let name: String
  package let title: String
  package let description: String
  package let mimeType: String
  /// Bytes of its text; nil where they are not known without making it.
  package let size: Int?
  /// ISO 8601; nil where it is not known.
  package let lastModified: String?

  package init(
    uri: String, name: String, title: String, description: String, mimeType: String, size: Int? = nil,
    lastModified: String? = nil
  ) {
    self.uri = uri
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
    self.size = size
    self.lastModified = lastModified
  }

  /// The resource as `resources/list` shows it to a client of this version (schema `Resource`).
  package func definition(for version: ProtocolVersion) -> JSONObject {
    var definition: JSONObject = ["uri": .string(uri), "name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    definition["mimeType"] = .string(mimeType)
    definition["size"] = size.map(JSONValue.int)
    if version.hasLastModified, let lastModified {
      definition["annotations"] = ["lastModified": .string(lastModified)]
    }
    return definition
  }

  /// The resource as the content of a tool's result (schema `ResourceLink`), as short as it can be.
  package var link: JSONObject {
    ["type": "resource_link", "uri": .string(uri), "name": .string(name), "mimeType": .string(mimeType)]
  }
}

/// A family of resources whose URIs differ in a few places (RFC 6570).
package struct ResourceTemplate: Sendable {
  package let uriTemplate: String
  package let name: String
  package let title: String
  package let description: String
  package let mimeType: String
  /// What may stand in those places, by the names of the variables.
  package let variables: [String: Completer]

  package init(
    uriTemplate: String, name: String, title: String, description: String, mimeType: String,
    variables: [String: Completer]
  ) {
    self.uriTemplate = uriTemplate
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
    self.variables = variables
  }

  /// Schema `ResourceTemplate`.
  package func definition(for version: ProtocolVersion) -> JSONObject {
    var definition: JSONObject = ["uriTemplate": .string(uriTemplate), "name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    definition["mimeType"] = .string(mimeType)
    return definition
  }
}

/// A text that stands behind a URI, or a part of it (schema `TextResourceContents`).
package struct ResourceContents: Sendable, Equatable {
  package let uri: String
  package let mimeType: String
  package let text: String

  package init(uri: String, mimeType: String, text: String) {
    self.uri = uri
    self.mimeType = mimeType
    self.text = text
  }

  var json: JSONValue { ["uri": .string(uri), "mimeType": .string(mimeType), "text": .string(text)] }
}
