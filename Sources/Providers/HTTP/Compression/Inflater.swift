/// Inflates DEFLATE data (RFC 1951) that comes in pieces.
struct Inflater: Sendable {
  /// The data breaks the rules of its format.
  struct Malformed: Error {}

  private enum State {
    case block
    /// So many bytes follow as they are.
    case stored(Int)
    case codes(literals: HuffmanCode, distances: HuffmanCode)
  }

  private var state = State.block
  private var isLastBlock = false
  /// What distances point back to.
  private var window = [UInt8](repeating: 0, count: 32_768)
  private var total = 0

  /// Whether the last block has ended.
  private(set) var isDone = false

  /// Inflates until the input has no more, the output has so many bytes, or the data ends.
  mutating func inflate(
    _ input: inout BitInput, into output: inout [UInt8], limit: Int
  ) throws(Malformed) {
    while !isDone, output.count < limit {
      let mark = input.mark
      guard try step(&input, &output) else { return input.reset(to: mark) }
    }
  }

  /// Reads a block's head, a byte, or a symbol; false if it has not come as a whole.
  private mutating func step(_ input: inout BitInput, _ output: inout [UInt8]) throws(Malformed) -> Bool {
    switch state {
    case .block: return try beginBlock(&input)
    case .stored(0): endBlock()
    case .stored(let count):
      guard let byte = input.bits(8) else { return false }
      put(UInt8(byte), &output)
      state = .stored(count - 1)
    case .codes(let literals, let distances):
      guard let symbol = try literals.symbol(in: &input) else { return false }
      switch symbol {
      case ..<256: put(UInt8(symbol), &output)
      case 256: endBlock()
      default: return try copy(symbol - 257, distances, &input, &output)
      }
    }
    return true
  }

  private mutating func put(_ byte: UInt8, _ output: inout [UInt8]) {
    window[total & 32_767] = byte
    total += 1
    output.append(byte)
  }

  private mutating func endBlock() {
    state = .block
    isDone = isLastBlock
  }

  private mutating func copy(
    _ code: Int, _ distances: HuffmanCode, _ input: inout BitInput, _ output: inout [UInt8]
  ) throws(Malformed) -> Bool {
    guard code < Self.lengths.count else { throw Malformed() }
    guard let more = input.bits(Self.lengths[code].bits), let place = try distances.symbol(in: &input) else {
      return false
    }
    guard place < Self.distances.count else { throw Malformed() }
    guard let further = input.bits(Self.distances[place].bits) else { return false }
    let distance = Self.distances[place].base + further
    guard distance <= total else { throw Malformed() }
    for _ in 0..<Self.lengths[code].base + more { put(window[(total - distance) & 32_767], &output) }
    return true
  }

  // MARK: Blocks

  private mutating func beginBlock(_ input: inout BitInput) throws(Malformed) -> Bool {
    guard let last = input.bits(1), let kind = input.bits(2) else { return false }
    let next: State
    switch kind {
    case 0:
      input.alignToByte()
      guard let count = input.number(bytes: 2), let check = input.number(bytes: 2) else { return false }
      guard count == ~check & 0xffff else { throw Malformed() }
      next = .stored(count)
    case 1: next = .codes(literals: try HuffmanCode(lengths: Self.fixedLengths), distances: try Self.fixedDistances())
    case 2:
      guard let codes = try Self.codes(&input) else { return false }
      next = codes
    default: throw Malformed()
    }
    isLastBlock = last == 1
    state = next
    return true
  }

  private static func codes(_ input: inout BitInput) throws(Malformed) -> State? {
    guard let literalCount = input.bits(5), let distanceCount = input.bits(5), let lengthCount = input.bits(4) else {
      return nil
    }
    var lengthLengths = [Int](repeating: 0, count: 19)
    for symbol in lengthOrder.prefix(lengthCount + 4) {
      guard let length = input.bits(3) else { return nil }
      lengthLengths[symbol] = length
    }
    let lengthCode = try HuffmanCode(lengths: lengthLengths)
    let count = literalCount + 257 + distanceCount + 1
    var lengths: [Int] = []
    while lengths.count < count {
      guard let symbol = try lengthCode.symbol(in: &input) else { return nil }
      guard symbol >= 16 else {
        lengths.append(symbol)
        continue
      }
      let (base, bits) = [(3, 2), (3, 3), (11, 7)][symbol - 16]
      guard let more = input.bits(bits) else { return nil }
      guard symbol > 16 || !lengths.isEmpty, lengths.count + base + more <= count else { throw Malformed() }
      lengths += repeatElement(symbol == 16 ? lengths[lengths.count - 1] : 0, count: base + more)
    }
    return .codes(
      literals: try HuffmanCode(lengths: lengths.prefix(literalCount + 257)),
      distances: try HuffmanCode(lengths: lengths.dropFirst(literalCount + 257)))
  }

  private static func fixedDistances() throws(Malformed) -> HuffmanCode {
    try HuffmanCode(lengths: repeatElement(5, count: 30))
  }

  private static let fixedLengths =
    [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
    + [Int](repeating: 8, count: 8)

  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private static let lengths: [(base: Int, bits: Int)] =
    zip(
      [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
      ],
      [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
    ).map { ($0, $1) }

  private static let distances: [(base: Int, bits: Int)] = (0..<30).map { code in
    let bits = max(code / 2 - 1, 0)
    return (code < 4 ? code + 1 : (2 + code % 2) << bits + 1, bits)
  }
}
