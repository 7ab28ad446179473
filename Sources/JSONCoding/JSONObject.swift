/// The members of a JSON object in their original order, with unique keys.
///
/// Look-ups are linear: a protocol's objects have few members, and their order matters more to readers than hashing.
package struct JSONObject: Sendable {
  /// One `"key": value`.
  package struct Member: Sendable, Equatable {
    package let key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }

    package static func == (left: Member, right: Member) -> Bool {
      left.key.hasSameBytes(as: right.key) && left.value == right.value
    }
  }

  package private(set) var members: [Member]

  /// - Precondition: the keys are unique.
  package init(_ members: [Member] = []) {
    self.members = members
  }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  /// The value of a key.
  ///
  /// Setting a new key appends it; setting nil removes it.
  package subscript(key: String) -> JSONValue? {
    get { members.first { $0.key.hasSameBytes(as: key) }?.value }
    set {
      let index = members.firstIndex { $0.key.hasSameBytes(as: key) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Appends a member without looking for an existing one with its key.
  /// - Precondition: the key is new.
  package mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
  }
}

extension JSONObject: Equatable {
  /// Objects with equal members are equal, in any order (RFC 8259, section 1).
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    if left.members == right.members { return true }
    // Keys are unique in both.
    let values = Dictionary(uniqueKeysWithValues: right.members.map { (KeyBytes($0.key), $0.value) })
    return left.members.allSatisfy { values[KeyBytes($0.key)] == $0.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member(key: $0, value: $1) })
  }
}

extension String {
  /// Whether two keys are the same in JSON.
  ///
  /// JSON compares them code unit by code unit (RFC 8259, section 8.3), whereas `==` treats a composed and a decomposed
  /// letter as equal.
  func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
