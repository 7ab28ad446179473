import JSONCoding
package import Providers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Resolves the images named in messages.
package struct ImageReader: Sendable {
  /// Reads an image file; nil if files are not allowed.
  private let readFile: (@Sendable (_ path: String) throws -> [UInt8])?
  /// Reads the first bytes of an image file that is not too large.
  private let readHead: (@Sendable (_ path: String) throws -> [UInt8])?
  private var depth = Depth.whole

  /// How much of an image file is read.
  private enum Depth { case nothing, head, whole }

  /// The number of bytes from which the type of an image is known.
  package static let headSize = 12

  /// - Parameter readHead: nil to read whole files in its place.
  package init(
    readFile: (@Sendable (_ path: String) throws -> [UInt8])? = nil,
    readHead: (@Sendable (_ path: String) throws -> [UInt8])? = nil
  ) {
    self.readFile = readFile
    self.readHead = readHead ?? readFile
  }

  /// Finds what is wrong with images without reading whole files, for callers that need only that and the images' number.
  var checking: ImageReader {
    var reader = self
    if depth == .whole { reader.depth = .head }
    return reader
  }

  /// Accepts every source without reading it, for callers that only need to know that there is an image.
  package static let unread: ImageReader = {
    var reader = ImageReader()
    reader.depth = .nothing
    return reader
  }()

  /// The largest image in bytes: the limit of the strictest vendor.
  package static let most = 5 << 20

  /// An image at an https address, in a data: address, or in a file.
  ///
  /// - Parameter place: the path of the source.
  /// - Throws: ``EvaluationError`` with what is wrong.
  package func image(_ source: String, at place: String) throws(EvaluationError) -> ImageSource {
    do throws(EvaluationError) { return try image(source) } catch {
      throw EvaluationError("\(place): \(error.description)")
    }
  }

  func image(_ source: String) throws(EvaluationError) -> ImageSource {
    if depth == .nothing { return .url(source) }
    let source = source.trimmed()
    if source.isEmpty { throw EvaluationError("The source of an image is empty.") }
    let start = source.prefix(8).lowercased()
    if start.hasPrefix("https://") { return .url(source) }
    if start.hasPrefix("data:") { return try Self.embedded(source) }
    if start.hasPrefix("http://") {
      throw EvaluationError("The image \(source.prefix(80)) has an http address: providers fetch images by https only.")
    }
    guard let read = depth == .head ? readHead : readFile else {
      throw EvaluationError(
        "The image \"\(source.prefix(80))\" is not an https or data: address, and files are not allowed here.")
    }
    let bytes: [UInt8]
    do { bytes = try read(source) } catch { throw EvaluationError(error.clientSentence) }
    guard bytes.count <= Self.most else {
      throw EvaluationError("The image \"\(source.prefix(80))\" has \(bytes.count) bytes; at most 5 MiB are sent.")
    }
    guard let type = Self.mediaType(of: bytes) else {
      throw EvaluationError("The image \"\(source.prefix(80))\" is not a PNG, JPEG, GIF or WebP.")
    }
    if depth == .head { return .url(source) }
    return .data(mediaType: type, base64: Data(bytes).base64EncodedString())
  }

  private static func embedded(_ source: String) throws(EvaluationError) -> ImageSource {
    let parts = source.dropFirst("data:".count).split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: ";").map { $0.trimmed().lowercased() }
    guard parts.count == 2, head.last == "base64", let type = head.first, mediaTypes.contains(type) else {
      throw EvaluationError(
        "The image \(source.prefix(40))... is not a data: address of \(mediaTypes.joined(separator: ", ")) in base64.")
    }
    guard parts[1].utf8.count <= most * 4 / 3 + 4 else {
      throw EvaluationError("An image in a data: address is longer than 5 MiB, the most that is sent.")
    }
    guard let bytes = Data(base64Encoded: String(parts[1])), !bytes.isEmpty else {
      throw EvaluationError(
        "The image \(source.prefix(40))... holds no base64 that can be decoded. Send its bytes in standard base64, padded and "
          + "without line breaks, or an https address.")
    }
    return .data(mediaType: type, base64: String(parts[1]))
  }

  private static let mediaTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"]

  /// The media type, from the first bytes: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a and WebP (RFC 9649).
  private static func mediaType(of bytes: [UInt8]) -> String? {
    func has(_ signature: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + signature.count && bytes[offset..<offset + signature.count].elementsEqual(signature)
    }
    if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if has([0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if has(Array("GIF8".utf8)) { return "image/gif" }
    if has(Array("RIFF".utf8)), has(Array("WEBP".utf8), at: 8) { return "image/webp" }
    return nil
  }
}
