/// The size of a text in quarters of a token, estimated from its characters.
///
/// The tokenizers of models divide a text in similar ways: a short word with the space before it is one token, three digits
/// are one, and scripts differ in the characters of a token. The weights were fitted to OpenAI's `o200k` on texts in
/// twelve languages, code, JSON, tables and emoji; `TextSizeTests` has what it is for others.
/// ``TokenEstimator`` learns how far a model's own tokenizer is from that.
enum TextSize {
  /// The quarters of a token.
  static let token = 4
  /// The size of what stands around a message, such as its role.
  static let framing = 4 * token

  static func of(_ text: String) -> Int {
    var scanner = Scanner()
    for scalar in text.unicodeScalars { scanner.take(scalar) }
    return scanner.finish()
  }

  private enum Kind {
    case start, word, digits, space, line, punctuation, other
  }

  /// Adds up the weights of the runs of a text, in hundredths of a token.
  private struct Scanner {
    private var sum = 0
    private var kind = Kind.start
    /// The number of characters of the run.
    private var length = 0
    private var capitals = 0
    private var isAfterCapital = false
    /// Whether the run follows a punctuation mark, with which a word often shares its token.
    private var isJoined = false

    mutating func take(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x61...0x7a, 0xdf...0x24f, 0x1e00...0x1fff:
        letter(isCapital: false)
        if scalar.value > 0x7f { sum += 45 }
      case 0x41...0x5a: letter(isCapital: true)
      case 0xc0...0xde:
        letter(isCapital: true)
        sum += 45
      case 0x30...0x39:
        // Digits do not take the space before them.
        if kind == .space, length == 1 { sum += 100 }
        if kind != .digits { begin(.digits) }
        length += 1
      case 0x09, 0x20:
        if kind != .space { begin(.space) }
        length += 1
      case 0x0a, 0x0d:
        if kind != .line {
          let isAttached = kind == .punctuation
          begin(.line)
          sum += isAttached ? 15 : 100
        }
      case 0x21...0x7e, 0x80...0xbf, 0x2000...0x200c, 0x2010...0x206f, 0x3000...0x303f, 0xff00...0xffef:
        if kind != .punctuation { begin(.punctuation) }
        length += 1
      default:
        begin(.other)
        sum += Self.weight(of: scalar.value)
      }
    }

    mutating func finish() -> Int {
      end()
      if kind == .space, length == 1 { sum += 100 }
      return (sum * TextSize.token + 99) / 100
    }

    private mutating func letter(isCapital: Bool) {
      // A capital in a word begins another: `maxTokens`.
      if kind != .word || isCapital && !isAfterCapital { begin(.word) }
      length += 1
      if isCapital { capitals += 1 }
      isAfterCapital = isCapital
    }

    private mutating func begin(_ next: Kind) {
      end()
      isJoined = kind == .punctuation
      (kind, length, capitals) = (next, 0, 0)
    }

    private mutating func end() {
      switch kind {
      case .word:
        if capitals == length, length >= 3 {
          sum += max(100, length * 25)
        } else {
          sum += length <= 6 ? 100 : 100 + Int(Double(length - 6) * 8.5)
          if capitals >= 2, capitals < length { sum += 60 * (capitals - 1) }
        }
        if isJoined { sum -= 45 }
      case .digits: sum += (length + 2) / 3 * 100
      case .space: if length > 1 { sum += 90 }
      case .punctuation: sum += 100 + (length - 1) * 42
      case .start, .line, .other: break
      }
    }

    /// The weight of a character of a script without a rule of its own.
    private static func weight(of scalar: UInt32) -> Int {
      switch scalar {
      case 0x250...0x36f, 0x200d...0x200f, 0xfe00...0xfe0f: 90  // marks and joiners
      case 0x370...0x3ff: 40  // Greek
      case 0x400...0x52f: 22  // Cyrillic
      case 0x530...0x5ff: 40  // Armenian, Hebrew
      case 0x600...0x77f: 36  // Arabic
      case 0x900...0xdff: 31  // scripts of India
      case 0xe00...0xe7f: 33  // Thai
      case 0x1100...0x11ff, 0xac00...0xd7af: 70  // Hangul
      case 0x2070...0x2e7f: 100  // symbols
      case 0x3040...0x30ff: 62  // kana
      case 0x2e80...0xabff, 0xf900...0xfaff, 0x20000...0x3ffff: 70  // Han
      case 0x1f000...0x1ffff: 175  // emoji
      default: 70
      }
    }
  }
}
