/// The source of the server's resources.
package protocol ResourceSource: Sendable {
  var templates: [ResourceTemplate] { get }

  /// The current resources in display order, with unique URIs.
  func resources() async throws -> [Resource]

  /// The resource with a URI, whether listed or not; nil if there is none.
  func resource(at uri: String) async throws -> Resource?

  /// The contents of the resource with a URI.
  /// - Throws: a ``RequestRefusal`` if there is no such resource.
  func read(_ uri: String) async throws -> [ResourceContents]
}
