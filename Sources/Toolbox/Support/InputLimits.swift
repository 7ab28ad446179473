import MCP

/// How long the texts may be that lists and messages repeat, in code points.
extension ValueKind where Value == String {
  /// A name, also of a model.
  static var name: ValueKind { .string(longest: 200) }
  /// What something is for, in a few sentences.
  static var summary: ValueKind { .string(longest: 2000) }
  /// A URL.
  static var address: ValueKind { .string(longest: 2048) }
}
