/// Writes JSON for people and version control: sorted keys, one member a line.
package enum JSONPrettyWriter {
  /// The value with sorted keys and an indentation of two spaces, ended by a line feed.
  package static func text(_ value: JSONValue) -> String {
    var output: [UInt8] = []
    write(value, indentation: 0, to: &output)
    output.append(ASCII.lineFeed)
    return String(decoding: output, as: UTF8.self)
  }

  private static func write(_ value: JSONValue, indentation: Int, to output: inout [UInt8]) {
    switch value {
    case .array(let elements) where !elements.isEmpty:
      writeList(elements, brackets: (ASCII.openBracket, ASCII.closeBracket), indentation, to: &output) {
        write($0, indentation: indentation + 1, to: &$1)
      }
    case .object(let object) where !object.isEmpty:
      let members = object.members.sorted { $0.key < $1.key }
      writeList(members, brackets: (ASCII.openBrace, ASCII.closeBrace), indentation, to: &output) {
        JSONWriter.write($0.key, to: &$1)
        $1.append(contentsOf: ": ".utf8)
        write($0.value, indentation: indentation + 1, to: &$1)
      }
    default: JSONWriter.write(value, to: &output)
    }
  }

  private static func writeList<Item>(
    _ items: [Item], brackets: (UInt8, UInt8), _ indentation: Int, to output: inout [UInt8],
    item write: (Item, inout [UInt8]) -> Void
  ) {
    output.append(brackets.0)
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(ASCII.comma) }
      newLine(indentation + 1, to: &output)
      write(item, &output)
    }
    newLine(indentation, to: &output)
    output.append(brackets.1)
  }

  private static func newLine(_ indentation: Int, to output: inout [UInt8]) {
    output.append(ASCII.lineFeed)
    output.append(contentsOf: repeatElement(ASCII.space, count: indentation * 2))
  }
}
