import JSONCoding

/// The calls of tools in a stream, which come piece by piece.
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

  /// The most bytes of arguments.
  private static let limit = 8 * 1_048_576

  var isEmpty: Bool { calls.isEmpty }
  var isTooLarge: Bool { size > Self.limit }

  /// Takes a piece: of the call with its index, or with its id; without either, of the last one.
  ///
  /// Some servers give every call the same index: another id under it is another call.
  mutating func add(index: Int?, id: String?, name: String?, arguments: String, extraContent: JSONValue? = nil) {
    let id = id.nonEmpty
    let position =
      calls.lastIndex { call in
        if let id, !call.id.isEmpty { return call.id == id && (index == nil || call.index == index) }
        return index == nil || call.index == index
      }
    size += arguments.utf8.count
    // Without an index and an id a name begins a call.
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

  /// In the form of a message of Chat Completions.
  var chatCompletions: JSONValue {
    .array(
      calls.map {
        ToolCall(id: $0.id, name: $0.name, arguments: $0.arguments, extraContent: $0.extraContent).chatCompletions
      })
  }

  /// In the form of content blocks of the Messages API, the input as it was written.
  var messages: [JSONValue] {
    calls.map {
      [
        "type": "tool_use", "id": .string($0.id), "name": .string($0.name),
        "input": $0.arguments.isEmpty ? [:] : .string($0.arguments),
      ]
    }
  }
}
