package import JSONCoding

/// A resource that can be read by its URI.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/resources
package struct Resource: Sendable, Equatable {
  package let uri: String
  package let name: String
  package let title: String
  package let description: String
  package let mimeType: String
  /// The size of its text in bytes; nil if it is unknown until the text is created.
  package let size: Int?
  /// ISO 8601; nil if unknown.
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

  /// The resource as listed by `resources/list` for a client of this version (schema `Resource`).
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

  /// The resource as short content of a tool's result (schema `ResourceLink`).
  package var link: JSONObject {
    ["type": "resource_link", "uri": .string(uri), "name": .string(name), "mimeType": .string(mimeType)]
  }
}

/// A template for the URIs of similar resources (RFC 6570).
package struct ResourceTemplate: Sendable {
  package let uriTemplate: String
  package let name: String
  package let title: String
  package let description: String
  package let mimeType: String
  /// Suggests values for each variable.
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

/// The text of a resource, or a part of it (schema `TextResourceContents`).
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
