/// SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104).
///
/// The toolchain has none on Linux; the texts signed here are a line long.
enum SHA256 {
  private static let blockSize = 64

  /// The 32 bytes of a message's digest.
  static func digest(_ message: [UInt8]) -> [UInt8] {
    var hash = initial
    let padded = padded(message)
    for start in stride(from: 0, to: padded.count, by: blockSize) {
      compress(padded[start..<start + blockSize], into: &hash)
    }
    return hash.flatMap(bytes)
  }

  /// The 32 bytes that only who has the key can make for a message.
  static func authenticationCode(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var block = key.count > blockSize ? digest(key) : key
    block += [UInt8](repeating: 0, count: blockSize - block.count)
    return digest(block.map { $0 ^ 0x5c } + digest(block.map { $0 ^ 0x36 } + message))
  }

  /// Section 5.1.1: a one bit, zeros, and the length in bits, up to a whole number of blocks.
  private static func padded(_ message: [UInt8]) -> [UInt8] {
    let zeros = (2 * blockSize - 9 - message.count % blockSize) % blockSize
    let length = UInt64(message.count) * 8
    return message + [0x80] + [UInt8](repeating: 0, count: zeros)
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) }
  }

  /// Section 6.2.2.
  private static func compress(_ block: ArraySlice<UInt8>, into hash: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
      block[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
      let (near, far) = (words[index - 2], words[index - 15])
      let mixedNear = rotated(near, 17) ^ rotated(near, 19) ^ near >> 10
      let mixedFar = rotated(far, 7) ^ rotated(far, 18) ^ far >> 3
      words.append(words[index - 16] &+ mixedFar &+ words[index - 7] &+ mixedNear)
    }
    var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
    var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
    for index in 0..<64 {
      let choice = e & f ^ ~e & g
      let first = h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[index] &+ words[index]
      let majority = a & b ^ a & c ^ b & c
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= value }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }

  // Section 5.3.3: of the square roots of the first 8 primes, and section 4.2.2: of the cube roots of the first 64, the
  // first 32 bits behind the point.
  private static let initial = fractions(count: 8) { $0.squareRoot() }
  private static let constants = fractions(count: 64, cubeRoot)

  private static func fractions(count: Int, _ root: (Double) -> Double) -> [UInt32] {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < count {
      if !primes.contains(where: { candidate % $0 == 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { prime in
      let value = root(Double(prime))
      return UInt32((value - value.rounded(.down)) * 0x1p32)
    }
  }

  /// By Newton's method, until it changes no more.
  private static func cubeRoot(_ value: Double) -> Double {
    var root = value / 2
    for _ in 0..<60 { root -= (root * root * root - value) / (3 * root * root) }
    return root
  }
}
