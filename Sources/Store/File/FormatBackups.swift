import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The copies of older formats beside a store.
enum FormatBackups {
  /// The text between a store's path and the format number of the copy.
  static let infix = ".format-"

  static func paths(beside path: String) -> [String] {
    let url = URL(fileURLWithPath: path)
    let (folder, prefix) = (url.deletingLastPathComponent().path, url.lastPathComponent + infix)
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch { return [] }
    return names.filter { $0.hasPrefix(prefix) }.sorted().map { "\(folder)/\($0)" }
  }

  /// Replaces every key in a copy's credentials by null, except keys in use.
  /// - Returns: whether a key was replaced.
  static func eraseSecrets(except secrets: Set<String>, in path: String) throws(SystemError) -> Bool {
    let copy = try FileDescriptor(path, O_RDONLY)
    let text = try copy.read(0..<copy.status().size)
    var finder = SecretFinder(text: text)
    let places = finder.places(except: secrets)
    if places.isEmpty { return false }
    var erased: [UInt8] = []
    var start = 0
    for place in places {
      erased += text[start..<place.lowerBound] + Array("null".utf8)
      start = place.upperBound
    }
    erased += text[start...]
    let temporary = path + ".new"
    unsafe unlink(temporary)
    let file = try FileDescriptor(temporary, O_RDWR | O_CREAT | O_EXCL)
    do throws(SystemError) {
      try file.write(erased, at: 0)
      try file.sync()
      _ = try SystemError.check { unsafe rename(temporary, path) }
      try FileDescriptor(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY).sync()
    } catch {
      unsafe unlink(temporary)
      throw error
    }
    return true
  }
}

/// Finds the keys in a document's credentials, whatever its layout.
private struct SecretFinder {
  let text: [UInt8]
  private var reader = JSONReader.ofStore()
  private var found: [(place: Range<Int>, secret: String)] = []

  init(text: [UInt8]) { self.text = text }

  /// The positions of the keys to erase, in order.
  mutating func places(except secrets: Set<String>) -> [Range<Int>] {
    if text.starts(with: [0xef, 0xbb, 0xbf]) { reader.position = 3 }
    // Only a truncated last entry can end the walk early, and it was never a record.
    do { try walk(isCredential: false) } catch {}
    return found.filter { !secrets.contains($0.secret) }.map(\.place)
  }

  private mutating func walk(isCredential: Bool) throws(JSONError) {
    let text = self.text
    let bytes = text.span
    switch try reader.peek(in: bytes) {
    case ASCII.openBrace:
      var first = true
      while let key = try reader.nextKey(in: bytes, first: &first) {
        if isCredential, key.key == "api_key", try reader.peek(in: bytes) == ASCII.quote {
          let start = reader.position
          let secret = try reader.string(in: bytes)
          found.append((start..<reader.position, secret))
        } else if isCredential || Self.mayContainCredentials(key.key) {
          try walk(isCredential: key.key == RecordKind.providerCredentials.rawValue)
        } else {
          try reader.skipValue(in: bytes)
        }
      }
    case ASCII.openBracket:
      var first = true
      while try reader.nextElement(in: bytes, first: &first) { try walk(isCredential: isCredential) }
    default: try reader.skipValue(in: bytes)
    }
  }

  /// Whether the member with this name may contain credentials.
  private static func mayContainCredentials(_ key: String) -> Bool {
    [DocumentLoader.Member.journal, JournalEntry.Member.puts, RecordKind.providerCredentials.rawValue].contains(key)
  }
}
