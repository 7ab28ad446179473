/// The status and the header fields of an answer.
struct HTTPHead: Sendable, Equatable {
  var status: Int
  var headers: HTTPHeaders
}

/// Reads an answer's head line by line; skips informational responses before it and ignores trailers after it.
struct HTTPHeadReader: Sendable {
  enum Step: Sendable, Equatable {
    case more
    case complete(HTTPHead)
    case refused(HTTPError)
  }

  private let limit: Int
  private var total = 0
  private var bytes: [UInt8] = []
  private(set) var isComplete = false

  /// - Parameter limit: the size limit in bytes of all heads and trailers together.
  init(limit: Int) {
    self.limit = limit
  }

  /// Reads the next line, including its line break.
  mutating func read(_ line: some Collection<UInt8>) -> Step {
    total += line.count
    guard total <= limit else { return .refused(.malformed("its header fields are larger than \(limit / 1_024) KiB")) }
    if isComplete { return .more }
    guard line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") else {
      bytes += line
      return .more
    }
    defer { bytes.removeAll(keepingCapacity: true) }
    return end()
  }

  private mutating func end() -> Step {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, let status = Self.status(first) else {
      return .refused(.malformed("no status line"))
    }
    if (100..<200).contains(status) { return .more }
    guard (200..<600).contains(status) else {
      return .refused(.malformed("the status \(status) does not exist"))
    }
    var headers = HTTPHeaders()
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = line[(colon + 1)...].drop(while: Self.isSpace)
      let end = value.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? value.startIndex
      headers.append(
        String(decoding: line[..<colon], as: UTF8.self), String(decoding: value[..<end], as: UTF8.self))
    }
    if let error = HTTPError.fault(of: headers, status: status) { return .refused(error) }
    isComplete = true
    return .complete(HTTPHead(status: status, headers: headers))
  }

  private static func status(_ line: ArraySlice<UInt8>) -> Int? {
    guard line.starts(with: "HTTP/".utf8), let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let digits = line[space...].dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}

extension HTTPError {
  /// The fault that makes an answer unusable before its body: a redirect, or two lengths.
  fileprivate static func fault(of headers: HTTPHeaders, status: Int) -> HTTPError? {
    switch status {
    case 301, 302, 303, 307, 308:
      return .redirected(status: status, location: headers["Location"] ?? "an unknown address")
    default:
      let lengths = headers.fields.lazy.filter { $0.isNamed("content-length") }.map(\.value)
      guard let first = lengths.first, lengths.contains(where: { $0 != first }) else { return nil }
      return .malformed("it announced two different lengths")
    }
  }
}
