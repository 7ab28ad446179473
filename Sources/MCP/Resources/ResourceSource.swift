/// Where the server's resources come from.
package protocol ResourceSource: Sendable {
  var templates: [ResourceTemplate] { get }

  /// The resources as they are now, in the order in which clients see them; no URI twice.
  func resources() async throws -> [Resource]

  /// The resource of a URI, listed or not; nil if there is none.
  func resource(at uri: String) async throws -> Resource?

  /// What stands behind a URI.
  /// - Throws: a ``RequestRefusal`` if nothing does.
  func read(_ uri: String) async throws -> [ResourceContents]
}
