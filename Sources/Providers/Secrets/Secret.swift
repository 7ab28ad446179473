/// A key that cannot be printed by accident: all its descriptions and reflections are `<redacted>`.
package struct Secret: Sendable, Equatable {
  private let value: String

  package init(_ value: String) {
    self.value = value
  }

  /// The key itself, for a request's header or for the store.
  package func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package static let placeholder = "<redacted>"

  package var description: String { Self.placeholder }
  package var debugDescription: String { Self.placeholder }
  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
