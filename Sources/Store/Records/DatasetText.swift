import JSONCoding
import Synchronization

/// A dataset's text, kept as the file has it until it is needed.
///
/// A text may have hundreds of megabytes. It is never changed: a dataset gets another one.
package final class DatasetText: Sendable {
  private enum Form {
    case plain([UInt8])
    /// The line of a ``DatasetTextRecord``.
    case line(EncodedSlice)
  }

  private let form: Form
  /// The hash, once it was needed.
  private let knownHash = Mutex<UInt64?>(nil)

  /// - Parameter bytes: UTF-8.
  package init(_ bytes: [UInt8]) { form = .plain(bytes) }

  /// - Parameter line: a checked line of a ``DatasetTextRecord``.
  init(line: EncodedSlice) { form = .line(line) }

  /// The text in UTF-8, decoded anew each time.
  package var bytes: [UInt8] {
    switch form {
    case .plain(let bytes): bytes
    case .line(let slice): DatasetTextRecord.text(in: slice.bytes)
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

  /// The line that holds the text of a dataset.
  func line(ofDataset id: Int) -> ArraySlice<UInt8> {
    guard case .line(let slice) = form else {
      var line: [UInt8] = []
      writeLine(ofDataset: id, to: &line)
      return line[...]
    }
    return slice.bytes
  }

  /// Appends that line, made for any dataset, as compact JSON.
  func writeLine(ofDataset id: Int, to output: inout [UInt8]) { DatasetTextRecord.write(id: id, bytes, to: &output) }
}

extension DatasetText: Equatable {
  package static func == (first: DatasetText, second: DatasetText) -> Bool {
    first === second || first.bytes == second.bytes
  }
}
