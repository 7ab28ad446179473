import JSONCoding

/// An encoded record: bytes in memory until they are in the store's file, and then a place there.
///
/// A record that nobody asks for so takes no memory. What is read from the file must have the checksum of what was
/// written, because an editor can change a file in place at any moment.
package struct EncodedSlice: Sendable {
  private enum Source {
    case memory([UInt8])
    case file(FileReference)
  }

  private let source: Source
  /// The offset in the file; 0 in memory.
  private let offset: Int
  private let size: UInt32
  private let checksum: UInt32

  /// The size in bytes of the largest record, one below 4 GiB.
  static let largest = Int(UInt32.max)

  /// Why a record of this size cannot be kept; nil if it can.
  static func refusal(ofSize count: Int) -> String? {
    count > largest ? "it has \(count) bytes, and a record has at most \(largest)" : nil
  }

  private init(_ source: Source, _ offset: Int, _ size: UInt32, _ checksum: UInt32) {
    (self.source, self.offset, self.size, self.checksum) = (source, offset, size, checksum)
  }

  /// Bytes that are in no file yet, at most ``largest``.
  init(_ bytes: [UInt8]) {
    self.init(.memory(bytes), 0, UInt32(clamping: bytes.count), Checksum.short(of: bytes.span))
  }

  /// A place in a file.
  ///
  /// - Parameter bytes: what the file has there, at most ``largest``.
  init(in file: FileReference, at offset: Int, _ bytes: Span<UInt8>) {
    self.init(.file(file), offset, UInt32(clamping: bytes.count), Checksum.short(of: bytes))
  }

  /// The same bytes at the place to which they were written.
  func moved(to file: FileReference, at offset: Int) -> EncodedSlice {
    EncodedSlice(.file(file), offset, size, checksum)
  }

  /// The offset in a file; nil if the bytes are elsewhere.
  func offset(in file: FileDescriptor) -> Int? {
    guard case .file(let own) = source, own.file === file || own.file.identity == file.identity else { return nil }
    return offset
  }

  /// The size in bytes.
  private var count: Int { Int(size) }

  /// Why the bytes are not to be had.
  enum Failure: Error {
    case unreadable(SystemError)
    /// The file has other bytes there by now.
    case changed
  }

  /// Reads slices, and ahead where one follows the other in the file.
  ///
  /// A loop over many records so needs one call of the system for many of them.
  package struct Reader {
    /// Below the size from which blocks of memory go back to the system, so that the next block takes the same place.
    private static let blockSize = 1 << 17
    /// The bytes between two slices that follow each other.
    private static let gap = 64
    private var file: FileDescriptor?
    /// The bytes of the file that were read last.
    private var block: [UInt8] = []
    private var start = 0

    package init() {}

    mutating func bytes(of slice: EncodedSlice) throws(Failure) -> ArraySlice<UInt8> {
      switch slice.source {
      case .memory(let bytes): return bytes[...]
      case .file(let reference):
        let file = reference.file
        let end = start + block.count
        let isSameFile = file === self.file
        if !isSameFile || slice.offset < start || slice.offset + slice.count > end {
          let isNext = isSameFile && slice.offset >= start && slice.offset <= end + Self.gap
          let size = isNext ? max(slice.count, Self.blockSize) : slice.count
          do { block = try file.read(slice.offset..<slice.offset + size) } catch { throw .unreadable(error) }
          (self.file, start) = (file, slice.offset)
        }
        let place = slice.offset - start
        let bytes = block[place..<min(place + slice.count, block.count)]
        guard bytes.count == slice.count, Checksum.short(of: bytes.span) == slice.checksum else {
          file.edits.note()
          throw .changed
        }
        return bytes
      }
    }
  }
}
