import JSONCoding
import Synchronization

@testable import MCP

/// An unexpected error of a source.
struct Undescribed: Error {
  let secret = "never shown"
}

/// A client-facing error.
struct Described: ClientFacingError {
  let description = "The disk is full."
}

/// Prompts that a test can remove.
final class FakePrompts: PromptSource {
  private let current: Mutex<[Prompt]>
  private let failure: (any Error)?

  init(_ prompts: [Prompt], failure: (any Error)? = nil) {
    current = Mutex(prompts)
    self.failure = failure
  }

  convenience init(count: Int) {
    self.init((0..<count).map { .greeting("p\($0)") })
  }

  func prompts() async throws -> [Prompt] {
    if let failure { throw failure }
    return current.withLock { $0 }
  }

  func remove(_ name: String) { current.withLock { $0.removeAll { $0.name == name } } }
}

extension Prompt {
  /// A prompt that repeats its arguments.
  static func greeting(
    _ name: String = "greeting", aliases: [String] = [],
    arguments: [PromptArgument] = [
      PromptArgument(name: "who", description: "Whom to greet.") { query in
        ["anna", "bert", "carl"].filter { $0.hasPrefix(query.value) && query.arguments["not"] != $0 }
      },
      PromptArgument(name: "how", description: "In what manner.", isRequired: false),
    ],
    render: @escaping Renderer = {
      [PromptMessage(.user, $0.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " "))]
    }
  ) -> Prompt {
    Prompt(
      name: name, aliases: aliases, title: "Greeting", description: "Says hello.", arguments: arguments, render: render)
  }
}

/// Resources `fake://0` and following, whose contents are their URIs.
struct FakeResources: ResourceSource {
  var count = 1
  var failure: (any Error)?
  var completions: [String] = []

  var templates: [ResourceTemplate] {
    [
      ResourceTemplate(
        uriTemplate: "fake://{id}", name: "fake", title: "Fake", description: "A fake.", mimeType: "text/plain",
        variables: ["id": { query in completions.filter { $0.hasPrefix(query.value) } }])
    ]
  }

  func resources() async throws -> [Resource] {
    if let failure { throw failure }
    return (0..<count).map(resource)
  }

  func resource(at uri: String) async throws -> Resource? {
    if let failure { throw failure }
    return (0..<count).first { uri == "fake://\($0)" || uri == "fake://\($0)?offset=1" }.map(resource)
  }

  func read(_ uri: String) async throws -> [ResourceContents] {
    if let failure { throw failure }
    guard try await resource(at: uri) != nil else { throw ToolError("No \(uri). resources/list shows all.") }
    return [ResourceContents(uri: uri, mimeType: "text/plain", text: "this is \(uri)")]
  }

  private func resource(_ number: Int) -> Resource {
    Resource(
      uri: "fake://\(number)", name: "fake \(number)", title: "Fake \(number)", description: "A fake.",
      mimeType: "text/plain", size: 16, lastModified: "2026-01-02T03:04:05.678Z")
  }
}
