import JSONCoding
import Synchronization

/// A dataset's text, kept as the file has it until it is needed.
///
/// A text may have hundreds of megabytes. It is never changed: a dataset gets another one.
package final class DatasetText: Sendable {
  private enum Form {
    case plain([UInt8])
    /// The line of a ``DatasetTextRecord``.
    case line([UInt8])
  }

  private let form: Form
  /// The hash, once it was needed.
  private let knownHash = Mutex<UInt64?>(nil)

  /// - Parameter bytes: UTF-8.
  package init(_ bytes: [UInt8]) { form = .plain(bytes) }

  /// - Parameter line: a checked line of a ``DatasetTextRecord``.
  init(line: [UInt8]) { form = .line(line) }

  /// The text in UTF-8, decoded anew each time.
  package var bytes: [UInt8] {
    switch form {
    case .plain(let bytes): bytes
    case .line(let line): DatasetTextRecord.text(in: line)
    }
  }

  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The ``FNV1a`` hash.
  package var hash: UInt64 {
    if let known = knownHash.withLock({ $0 }) { return known }
    // Without the lock, because a long text takes a while.
    var hasher = FNV1a()
    hasher.combine(bytes)
    let hash = hasher.hash
    knownHash.withLock { $0 = hash }
    return hash
  }

  /// The size in bytes of the line that holds the text of a dataset.
  func lineSize(ofDataset id: Int) -> Int {
    if let line = compactLine { return line.count }
    return DatasetTextRecord.beginning(id: id).count + JSONWriter.size(ofUTF8: bytes) + 1
  }

  /// Calls a function with the bytes of that line, part by part.
  func forEachPartOfLine<Failure: Error>(
    ofDataset id: Int, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    if var rest = compactLine {
      while !rest.isEmpty {
        try body(Array(rest.prefix(Self.partSize)))
        rest = rest.dropFirst(Self.partSize)
      }
      return
    }
    var part = DatasetTextRecord.beginning(id: id)
    part.append(ASCII.quote)
    var rest = bytes[...]
    while !rest.isEmpty {
      var end = min(rest.startIndex + Self.partSize, rest.endIndex)
      // A part ends between two characters.
      while end < rest.endIndex, rest[end] & 0xc0 == 0x80 { end += 1 }
      JSONWriter.escape(utf8: rest[..<end], to: &part)
      try body(part)
      part.removeAll(keepingCapacity: true)
      rest = rest[end...]
    }
    try body(part + [ASCII.quote, ASCII.closeBrace])
  }

  private static let partSize = 1 << 20

  /// The line as it was read, unless an editor has spread it over several.
  private var compactLine: ArraySlice<UInt8>? {
    guard case .line(let line) = form, !line.contains(ASCII.lineFeed) else { return nil }
    return line[...]
  }
}

extension DatasetText: Equatable {
  package static func == (first: DatasetText, second: DatasetText) -> Bool {
    first === second || first.bytes == second.bytes
  }
}
