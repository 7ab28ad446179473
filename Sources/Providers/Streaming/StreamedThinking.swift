import JSONCoding

/// The blocks of thoughts in a stream of the Messages API, as far as there is room for them.
struct StreamedThinking: Sendable {
  private var blocks: [Block] = []
  private var size = 0

  private struct Block: Sendable {
    let index: Int?
    var members: JSONObject
    /// Whether a part of it was dropped, so that its signature no longer fits.
    var isCut = false
  }

  /// The most bytes that are kept.
  private static let limit = 1_048_576

  var isEmpty: Bool { blocks.isEmpty }

  /// Takes the beginning of a block, if it is one of thoughts; some servers have all of it there.
  mutating func begin(_ block: JSONValue, at index: Int?) {
    guard let type = block["type"], type == "thinking" || type == "redacted_thinking", room(for: block) else { return }
    var members: JSONObject = ["type": type]
    for key in ["thinking", "signature", "data"] {
      if let text = block[key]?.stringValue { members[key] = .string(text) }
    }
    blocks.append(Block(index: index, members: members))
  }

  /// Takes a change of a block, if it is one of thoughts.
  mutating func add(_ delta: JSONValue, at index: Int?) {
    switch delta["type"] {
    case "thinking_delta": append(delta["thinking"]?.stringValue, to: "thinking", at: index)
    case "signature_delta": append(delta["signature"]?.stringValue, to: "signature", at: index)
    default: break
    }
  }

  private mutating func append(_ part: String?, to key: String, at index: Int?) {
    guard let part else { return }
    if blocks.last(where: { $0.index == index }) == nil {
      blocks.append(Block(index: index, members: ["type": "thinking", "thinking": ""]))
    }
    guard let place = blocks.lastIndex(where: { $0.index == index }) else { return }
    guard room(for: .string(part)) else {
      blocks[place].isCut = true
      return
    }
    blocks[place].members[key] = .string((blocks[place].members[key]?.stringValue ?? "") + part)
  }

  private mutating func room(for value: JSONValue) -> Bool {
    let more = value.stringValue?.utf8.count ?? value.text.utf8.count
    guard size + more <= Self.limit else { return false }
    size += more
    return true
  }

  /// As content blocks.
  var messages: [JSONValue] {
    blocks.map { block in
      var members = block.members
      if block.isCut { members["signature"] = nil }
      return .object(members)
    }
  }
}
