/// Header fields in the order they were added; names compare without case (RFC 9110, section 5.1).
package struct HTTPHeaders: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String

    /// Whether the field has this name, ignoring case.
    func isNamed(_ name: String) -> Bool { HTTPHeaders.same(self.name, name) }
  }

  package private(set) var fields: [Field] = []

  package init() {}

  /// The first value of a name.
  ///
  /// Setting replaces every field of that name; setting nil removes them.
  package subscript(name: String) -> String? {
    get { fields.first { $0.isNamed(name) }?.value }
    set {
      fields.removeAll { $0.isNamed(name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  /// Adds a field without looking for others of its name.
  package mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  fileprivate static func same(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map(Field.init)
  }
}
