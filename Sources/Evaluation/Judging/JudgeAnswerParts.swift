import JSONCoding

/// A judge's answer split into its objects and the prose around them, without reasoning.
struct JudgeAnswerParts {
  private(set) var objects: [JSONValue] = []
  /// The prose before the last object.
  private(set) var inFront = ""
  /// The prose after the last object.
  private(set) var behind = ""

  private static let thoughts = ["think", "thinking", "reasoning", "reflection", "analysis"]
  private static let longestTag = 16

  /// - Throws: ``JudgeAnswerError`` for reasoning that was cut off and for a broken object.
  init(_ text: String) throws(JudgeAnswerError) {
    let bytes = Array(text.utf8)
    var position = 0
    var proseStart = 0
    while position < bytes.count {
      if let tag = Self.tag(in: bytes, at: position) {
        if tag.isClosing {
          // Everything before it was reasoning, even if the opening tag was part of the prompt.
          objects = []
          inFront = ""
          position = tag.end
        } else {
          guard objects.isEmpty else { throw .proseBehind }
          inFront += Self.text(bytes, proseStart..<position)
          guard let end = Self.closing(tag.name, in: bytes, from: tag.end) else { throw .noObject }
          position = end
        }
        proseStart = position
      } else if LenientJSONObject.begins(in: bytes, at: position) {
        inFront += Self.text(bytes, proseStart..<position)
        let object: LenientJSONObject
        do throws(JSONError) {
          object = try LenientJSONObject(in: bytes, at: position)
        } catch {
          throw objects.isEmpty ? .invalidJSON(error) : .severalObjects
        }
        objects.append(object.value)
        position = object.end
        proseStart = position
      } else {
        position += 1
      }
    }
    behind = Self.text(bytes, proseStart..<bytes.count)
  }

  private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private struct Tag {
    let name: String
    let isClosing: Bool
    let end: Int
  }

  /// A reasoning tag in any case, such as `<think>` or `</Reasoning>`.
  private static func tag(in bytes: [UInt8], at position: Int) -> Tag? {
    guard bytes[position] == UInt8(ascii: "<") else { return nil }
    let rest = bytes[(position + 1)...].prefix(longestTag)
    guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let isClosing = rest.first == UInt8(ascii: "/")
    let name = text(bytes, (position + (isClosing ? 2 : 1))..<end).trimmed().lowercased()
    return thoughts.contains(name) ? Tag(name: name, isClosing: isClosing, end: end + 1) : nil
  }

  /// The offset after the first closing tag with this name.
  private static func closing(_ name: String, in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while let next = bytes[position...].firstIndex(of: UInt8(ascii: "<")) {
      if let tag = tag(in: bytes, at: next), tag.isClosing, tag.name == name { return tag.end }
      position = next + 1
    }
    return nil
  }
}
