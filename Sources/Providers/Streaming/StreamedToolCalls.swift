import JSONCoding

/// The tool calls in a stream, which arrive in pieces.
struct StreamedToolCalls: Sendable {
  private var calls: [Call] = []
  private var size = 0

  private struct Call: Sendable {
    var index: Int?
    var id = ""
    var name = ""
    var arguments = ""
    var extraContent: JSONValue?
  }

  /// The size limit of the arguments in bytes.
  private static let limit = 8 * 1_048_576

  var isEmpty: Bool { calls.isEmpty }
  var isTooLarge: Bool { size > Self.limit }

  /// Adds a piece to the call with its index or id, or else to the last call.
  ///
  /// Some servers give every call the same index; a different id then means a different call.
  mutating func add(index: Int?, id: String?, name: String?, arguments: String, extraContent: JSONValue? = nil) {
    let id = id.nonEmpty
    let position =
      calls.lastIndex { call in
        if let id, !call.id.isEmpty { return call.id == id && (index == nil || call.index == index) }
        return index == nil || call.index == index
      }
    size += arguments.utf8.count
    // Without an index and an id, a name begins a new call.
    let begins = index == nil && id == nil && name.nonEmpty != nil && calls.last?.name.isEmpty == false
    let place: Int
    if let position, !begins, id == nil || calls[position].id.isEmpty || calls[position].id == id {
      place = position
    } else {
      calls.append(Call(index: index))
      place = calls.count - 1
    }
    if let id { calls[place].id = id }
    if calls[place].name.isEmpty, let name { calls[place].name = name }
    if !isTooLarge { calls[place].arguments += arguments }
    calls[place].extraContent = calls[place].extraContent ?? extraContent
  }

  /// The calls in the form of a Chat Completions message.
  var chatCompletions: JSONValue {
    .array(
      calls.map {
        ToolCall(id: $0.id, name: $0.name, arguments: $0.arguments, extraContent: $0.extraContent).chatCompletions
      })
  }

  /// The calls as content blocks of the Messages API, with the input as written.
  var messages: [JSONValue] {
    calls.map {
      [
        "type": "tool_use", "id": .string($0.id), "name": .string($0.name),
        "input": $0.arguments.isEmpty ? [:] : .string($0.arguments),
      ]
    }
  }
}
