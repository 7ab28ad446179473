import JSONCoding

/// Anchors, aliases and merge keys (yaml.org/spec/1.2.2, section 7.1, and yaml.org/type/merge.html).
extension YAMLReader {
  /// A value to which aliases refer.
  struct Anchor {
    let value: SourceValue
    let size: Size
  }

  /// How much a value holds.
  struct Size {
    var values = 0
    /// Of texts and keys, in bytes.
    var bytes = 0

    static let most = Size(values: 200_000, bytes: ImportFiles.most)

    static func += (size: inout Size, other: Size) {
      size.values += other.values
      size.bytes += other.bytes
    }

    var isTooLarge: Bool { values > Self.most.values || bytes > Self.most.bytes }
  }

  /// Reads a value that may have an anchor before it.
  mutating func anchored(
    _ read: (inout YAMLReader) throws(EvaluationError) -> SourceValue
  ) throws(EvaluationError) -> SourceValue {
    guard byte() == UInt8(ascii: "&") else { return try read(&self) }
    let name = try anchorName()
    skipBlanks()
    if byte() == UInt8(ascii: "&") || byte() == UInt8(ascii: "*") {
      throw fault("has another anchor or an alias behind an anchor (&). Quote the text if it is one.")
    }
    let value = try read(&self)
    anchors[name] = Anchor(value: value, size: Self.size(of: value))
    return value
  }

  /// The value of the alias at the position.
  ///
  /// - Throws: ``EvaluationError`` if no anchor before it has its name, or if the values become too large.
  mutating func alias() throws(EvaluationError) -> SourceValue {
    let name = try anchorName()
    guard let anchor = anchors[name] else {
      throw fault("refers to *\(name.shown), and no anchor &\(name.shown) is before it. Quote the text if it is one.")
    }
    expansion += anchor.size
    guard !expansion.isTooLarge else {
      throw fault(
        "has an alias (*) that makes the values too large: aliases may stand for \(Size.most.values) values and "
          + "\(Size.most.bytes) bytes.")
    }
    return anchor.value
  }

  /// The name behind `&` or `*`.
  private mutating func anchorName() throws(EvaluationError) -> String {
    let start = position + 1
    repeat { position += 1 } while !Self.isEnd(byte()) && !Self.isFlowIndicator(byte())
    guard position > start else { throw fault("has & or * without a name. Put the text into quotes.") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func size(of value: SourceValue) -> Size {
    var size = Size(values: 1)
    switch value.content {
    case .scalar(let scalar): size.bytes = scalar.stringValue?.utf8.count ?? 0
    case .list(let values): for value in values { size += Self.size(of: value) }
    case .map(let members):
      for member in members {
        size.bytes += member.key.utf8.count
        size += Self.size(of: member.value)
      }
    }
    return size
  }
}

/// The key of a member.
struct YAMLKey {
  let text: String
  /// Whether it is written without quotes.
  let isPlain: Bool
}

/// The members of a mapping as they are read.
struct YAMLMembers {
  private(set) var members: [SourceValue.Member] = []
  private var seen: Set<[UInt8]> = []
  private var merged: [SourceValue.Member] = []
  private var hasMerge = false

  /// Adds a member; one whose plain key is `<<` merges mappings.
  ///
  /// - Throws: ``EvaluationError`` for a key that occurs twice, and for a merged value that is no mapping.
  mutating func add(
    _ key: YAMLKey, _ value: SourceValue, line: Int, _ reader: YAMLReader
  ) throws(EvaluationError) {
    let isMerge = key.isPlain && key.text == "<<"
    guard isMerge ? !hasMerge : seen.insert(Array(key.text.utf8)).inserted else {
      throw reader.fault("has the key \"\(key.text.shown)\" again.", line: line)
    }
    guard isMerge else { return members.append(.init(key: key.text, line: line, value: value)) }
    hasMerge = true
    for element in value.elements {
      guard let members = element.map else {
        throw reader.fault("merges (<<) what is no mapping. Name mappings by aliases (*).", line: line)
      }
      merged += members
    }
  }

  /// All members: the mapping's own, then those merged, of which the first with a key counts.
  var all: [SourceValue.Member] {
    var (all, seen) = (members, seen)
    for member in merged where seen.insert(Array(member.key.utf8)).inserted { all.append(member) }
    return all
  }
}
