/// Takes the compression off an answer's body that comes in pieces, and knows whether it is whole.
///
/// libcurl could do this as well, but hands out a body that was cut off as if it were whole.
struct ContentDecoder: Sendable {
  private enum Coding { case gzip, deflate }

  private enum State {
    case begin
    case data
    case trailer
    /// Another part may follow; anything else behind the end is left alone.
    case end
    case plain
  }

  private let coding: Coding?
  private let limit: Int
  private var state: State
  private var input = BitInput()
  private var hasInput = false
  private var inflater = Inflater()
  private var checksum = Checksum.none
  private var total = 0

  /// The most bytes that are handed out at once.
  private static let pieceSize = 65_536

  /// - Parameter limit: the most bytes that the body may have, after decompression.
  init(_ headers: HTTPHeaders, limit: Int) throws(HTTPError) {
    let names = (headers["Content-Encoding"] ?? "").lowercased().split { $0 == "," || $0.isWhitespace }
      .filter { $0 != "identity" }
    switch names {
    case []: coding = nil
    case ["gzip"], ["x-gzip"]: coding = .gzip
    case ["deflate"]: coding = .deflate
    default:
      throw .malformed("its body is compressed in a way that was not asked for (\(names.joined(separator: ", ")))")
    }
    self.limit = limit
    state = .begin
  }

  /// Whether the body says that it is compressed.
  var isNeeded: Bool { coding != nil }

  /// Takes the next bytes of the body, and hands on what they hold.
  ///
  /// - Parameter take: takes a piece; false to be given no more.
  mutating func decode(_ bytes: [UInt8], _ take: ([UInt8]) -> Bool) throws(HTTPError) {
    guard isNeeded else {
      _ = take(bytes)
      return
    }
    hasInput = hasInput || !bytes.isEmpty
    input.append(bytes)
    while let piece = try next(), take(piece) {}
  }

  /// The next piece without compression; nil until more has come.
  private mutating func next() throws(HTTPError) -> [UInt8]? {
    var piece: [UInt8] = []
    do throws(Inflater.Malformed) {
      repeat {} while try read(&piece)
    } catch {
      throw .malformed("its compressed body cannot be read")
    }
    total += piece.count
    guard total <= limit else { throw .tooLarge(limit: limit) }
    return piece.isEmpty ? nil : piece
  }

  /// Checks that nothing is missing, once all has come.
  func finish() throws(HTTPError) {
    switch state {
    case .plain, .end: return
    case .begin where !hasInput: return
    case .begin, .data, .trailer: throw .connectionLost("its compressed body ended too early")
    }
  }

  /// Reads what the state asks for; false when a piece is full or more input is needed.
  private mutating func read(_ piece: inout [UInt8]) throws(Inflater.Malformed) -> Bool {
    let mark = input.mark
    switch state {
    case .plain:
      piece += input.rest()
      return false
    case .begin:
      guard let next = try readHead() else {
        input.reset(to: mark)
        return false
      }
      state = next
      return true
    case .data:
      // The piece is empty before: another part begins in a call of its own.
      try inflater.inflate(&input, into: &piece, limit: Self.pieceSize)
      checksum.add(piece)
      guard inflater.isDone else { return false }
      state = .trailer
      return piece.isEmpty
    case .trailer:
      guard try readTrailer() else {
        input.reset(to: mark)
        return false
      }
      state = .end
      return true
    case .end:
      guard coding == .gzip, input.number(bytes: 2) == Self.gzipMagic else { return false }
      input.reset(to: mark)
      inflater = Inflater()
      state = .begin
      return true
    }
  }

  // MARK: Around the data

  private static let gzipMagic = 0x8b1f

  /// Nil if the head has not come as a whole.
  private mutating func readHead() throws(Inflater.Malformed) -> State? {
    let mark = input.mark
    guard let start = input.number(bytes: 2) else { return nil }
    if coding == .gzip {
      guard start == Self.gzipMagic else {
        // What is not compressed at all, in spite of its label, can be read.
        input.reset(to: mark)
        return .plain
      }
      return try readGzipHead() ? .data : nil
    }
    // Most servers put the data into the format of zlib, as they should, and some do not.
    let isZlib = start & 0x0f == 8 && ((start & 0xff) << 8 | start >> 8) % 31 == 0
    if !isZlib { input.reset(to: mark) } else if start & 0x2000 != 0 { throw Inflater.Malformed() }
    checksum = isZlib ? .adler(1, 0) : .none
    return .data
  }

  /// The rest of a head of gzip (RFC 1952); false if it has not come as a whole.
  private mutating func readGzipHead() throws(Inflater.Malformed) -> Bool {
    guard let method = input.bits(8), let flags = input.bits(8), input.number(bytes: 4) != nil,
      input.number(bytes: 2) != nil
    else { return false }
    guard method == 8 else { throw Inflater.Malformed() }
    if flags & 4 != 0 {
      guard let count = input.number(bytes: 2) else { return false }
      for _ in 0..<count where input.bits(8) == nil { return false }
    }
    // A name and a comment, each ended by a zero.
    for flag in [8, 16] where flags & flag != 0 {
      var byte: Int?
      repeat { byte = input.bits(8) } while byte != nil && byte != 0
      if byte == nil { return false }
    }
    if flags & 2 != 0, input.number(bytes: 2) == nil { return false }
    checksum = .crc(0, count: 0)
    return true
  }

  /// Checks what follows the data; false if it has not come as a whole.
  private mutating func readTrailer() throws(Inflater.Malformed) -> Bool {
    input.alignToByte()
    switch checksum {
    case .none: break
    case .crc(let sum, let count):
      guard let said = input.number(bytes: 4), let length = input.number(bytes: 4) else { return false }
      guard said == Int(sum), length == count & 0xffff_ffff else { throw Inflater.Malformed() }
    case .adler(let low, let high):
      guard let said = input.number(bytes: 4) else { return false }
      guard UInt32(said).byteSwapped == high << 16 | low else { throw Inflater.Malformed() }
    }
    return true
  }
}

/// What the end of compressed data says of it.
private enum Checksum: Sendable {
  case none
  case crc(UInt32, count: Int)
  case adler(UInt32, UInt32)

  mutating func add(_ bytes: [UInt8]) {
    switch self {
    case .none: break
    case .crc(let sum, let count):
      let next = bytes.reduce(~sum) { $0 >> 8 ^ Self.table[Int(($0 ^ UInt32($1)) & 0xff)] }
      self = .crc(~next, count: count + bytes.count)
    case .adler(var low, var high):
      for byte in bytes {
        low = (low + UInt32(byte)) % 65_521
        high = (high + low) % 65_521
      }
      self = .adler(low, high)
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xedb8_8320 }
  }
}

extension HTTPResponse {
  /// The answer with its body as it was before it was compressed.
  ///
  /// - Parameter limit: the most bytes that the body may have.
  func decompressed(limit: Int) throws(HTTPError) -> HTTPResponse {
    var decoder = try ContentDecoder(headers, limit: limit)
    guard decoder.isNeeded else { return self }
    var response = self
    response.body = []
    try decoder.decode(body) { piece in
      response.body += piece
      return true
    }
    try decoder.finish()
    return response
  }
}
