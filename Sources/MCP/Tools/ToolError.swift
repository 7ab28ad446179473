import JSONCoding

/// An invalid request to a tool, as a sentence with the remedy.
package struct ToolError: RequestRefusal, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
