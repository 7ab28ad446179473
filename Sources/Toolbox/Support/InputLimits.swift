import MCP

/// The length limits, in code points, of texts that lists and messages repeat.
extension ValueKind where Value == String {
  /// A name, including that of a model.
  static var name: ValueKind { .string(longest: 200) }
  /// A purpose in a few sentences.
  static var summary: ValueKind { .string(longest: 2000) }
  /// A URL.
  static var address: ValueKind { .string(longest: 2048) }
  /// The path of a file, as long as Linux takes one.
  static var path: ValueKind { .string(longest: 4096) }
}
