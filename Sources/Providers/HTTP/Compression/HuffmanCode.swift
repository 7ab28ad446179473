/// A canonical Huffman code (RFC 1951, section 3.2.2).
struct HuffmanCode: Sendable {
  /// How many codes have each length.
  private var counts = [Int](repeating: 0, count: 16)
  /// By the order of their codes.
  private var symbols: [UInt16]

  /// - Parameter lengths: of each symbol's code in bits; 0 for a symbol without one.
  init(lengths: some Collection<Int>) throws(Inflater.Malformed) {
    symbols = [UInt16](repeating: 0, count: lengths.count)
    for length in lengths { counts[length] += 1 }
    counts[0] = 0
    var offsets = [0, 0]
    var left = 1
    for length in 1...15 {
      left = left * 2 - counts[length]
      if left < 0 { throw Inflater.Malformed() }
      offsets.append(offsets[length] + counts[length])
    }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      symbols[offsets[length]] = UInt16(symbol)
      offsets[length] += 1
    }
  }

  /// The next symbol; nil if its code has not come as a whole.
  func symbol(in input: inout BitInput) throws(Inflater.Malformed) -> Int? {
    var code = 0
    var first = 0
    var index = 0
    for length in 1...15 {
      guard let bit = input.bits(1) else { return nil }
      code |= bit
      let count = counts[length]
      if code - first < count { return Int(symbols[index + code - first]) }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw Inflater.Malformed()
  }
}
