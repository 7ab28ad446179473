import JSONCoding

/// Splits a file of JSON lines that arrives in pieces.
struct ResultLines {
  struct Line {
    /// Counted from 1.
    let number: Int
    let value: JSONValue
  }

  /// The number of the first line that cannot be read; nil if all can.
  private(set) var firstRejected: Int?
  /// How many lines cannot be read.
  private(set) var rejectedCount = 0
  /// The number of the last line if it is cut off.
  private(set) var cutOffLine: Int?
  private var number = 0
  /// The beginning of a line whose end has not arrived.
  private var rest: [UInt8] = []
  private var isSkipping = false

  /// The longest line in bytes.
  private static let longest = HTTPResponse.bodyLimit

  /// The lines that end in a piece.
  mutating func take(_ piece: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var left = piece[...]
    while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      if isSkipping {
        reject(number)
        isSkipping = false
      } else if rest.isEmpty {
        add(Array(left[..<end]), to: &lines)
      } else {
        add(rest + left[..<end], to: &lines)
      }
      rest.removeAll(keepingCapacity: true)
      left = left[(end + 1)...]
    }
    guard !isSkipping else { return lines }
    rest += left
    if rest.count > Self.longest {
      isSkipping = true
      rest = []
    }
    return lines
  }

  /// The last line, if it is whole although it has no line break.
  mutating func finish() -> Line? {
    guard isSkipping || rest.contains(where: { $0 > ASCII.space }) else { return nil }
    number += 1
    if !isSkipping, let value = try? JSONValue(parsing: rest, .lenient), value.objectValue != nil {
      return Line(number: number, value: value)
    }
    cutOffLine = number
    return nil
  }

  /// Records that a line holds no result.
  mutating func reject(_ number: Int) {
    firstRejected = min(firstRejected ?? number, number)
    rejectedCount += 1
  }

  private mutating func add(_ bytes: [UInt8], to lines: inout [Line]) {
    guard bytes.contains(where: { $0 > ASCII.space }) else { return }
    if let value = try? JSONValue(parsing: bytes, .lenient) {
      lines.append(Line(number: number, value: value))
    } else {
      reject(number)
    }
  }
}
