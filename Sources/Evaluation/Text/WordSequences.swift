import Store

/// The sequences of words in a text: five words in a row, whatever their case and punctuation.
///
/// In scripts that put no spaces between words, ten characters stand for five words.
struct WordSequences: Sendable {
  /// A word, or a character of a script without spaces.
  private struct Unit {
    let text: String
    let hash: UInt64
    let isCharacter: Bool
  }

  /// The number of words in a row that are a sequence.
  static let words = 5
  private static let characters = 10
  /// Ends every sequence; it stands in place of a variable.
  static let gap: Character = "\u{1}"

  /// Those of all texts, with a unit of its own for each gap and after each text, which no text has.
  private let units: [Unit]
  /// The sequences by hash, each with the index of its first unit.
  private(set) var places: [UInt64: [Int]] = [:]
  /// The single words by hash, with their indices.
  private let unitPlaces: [UInt64: [Int]]

  /// - Parameter texts: no sequence reaches from one into the next.
  init(_ texts: [String]) {
    var units: [Unit] = []
    var places: [UInt64: [Int]] = [:]
    for text in texts {
      var end = units.count
      Self.read(text) { hash, length in
        places[hash, default: []].append(end - length)
      } onUnit: { text, hash, isCharacter in
        units.append(Unit(text: String(decoding: text, as: UTF8.self), hash: hash, isCharacter: isCharacter))
        end += 1
      } onGap: {
        units.append(Unit(text: "", hash: 0, isCharacter: false))
        end += 1
      }
      units.append(Unit(text: "", hash: 0, isCharacter: false))
    }
    self.units = units
    self.places = places
    unitPlaces = Dictionary(grouping: units.indices, by: { units[$0].hash })
  }

  /// The hashes of the sequences in a text; one that occurs twice is there twice.
  static func hashes(in text: String) -> [UInt64] {
    var hashes: [UInt64] = []
    read(text, onSequence: { hash, _ in hashes.append(hash) })
    return hashes
  }

  /// The hashes of the words of a text that has no sequence; nil for a longer text and for one without words.
  static func shortText(_ text: String) -> [UInt64]? {
    // Longer words than any hold even a short text to a few hundred bytes.
    guard text.utf8.count <= 400 else { return nil }
    var words: [UInt64] = []
    var hasSequence = false
    read(text, onSequence: { _, _ in hasSequence = true }, onUnit: { _, hash, _ in words.append(hash) })
    return hasSequence || words.isEmpty ? nil : words
  }

  /// The indices at which words stand in a row.
  func starts(of words: [UInt64]) -> [Int] {
    guard let first = words.first else { return [] }
    return (unitPlaces[first] ?? []).filter { start in
      start + words.count <= units.count && words.indices.allSatisfy { units[start + $0].hash == words[$0] }
    }
  }

  /// The words in a range of indices.
  func text(_ range: Range<Int>) -> String {
    let units = units[range].filter { !$0.text.isEmpty }
    return units.map(\.text).joined(separator: units.first?.isCharacter == true ? "" : " ")
  }

  /// The passages that sequences form where they overlap, in the order of the texts.
  func passages(of hashes: some Sequence<UInt64>) -> [(text: String, hashes: [UInt64])] {
    let found = hashes.flatMap { hash in (places[hash] ?? []).map { (start: $0, hash: hash) } }
    var passages: [(range: Range<Int>, hashes: [UInt64])] = []
    for (start, hash) in found.sorted(by: { $0.start < $1.start }) {
      let end = start + (units[start].isCharacter ? Self.characters : Self.words)
      if let last = passages.last, start <= last.range.upperBound - 1 {
        passages[passages.count - 1] = (last.range.lowerBound..<max(end, last.range.upperBound), last.hashes + [hash])
      } else {
        passages.append((start..<end, [hash]))
      }
    }
    return passages.map { (text($0.range), $0.hashes) }
  }

  // MARK: Reading

  private static func read(
    _ text: String, onSequence: (_ hash: UInt64, _ length: Int) -> Void,
    onUnit: (_ text: ArraySlice<UInt8>, _ hash: UInt64, _ isCharacter: Bool) -> Void = { _, _, _ in },
    onGap: () -> Void = {}
  ) {
    // Bytes, because whole datasets are read, and an index of a string is checked at each step.
    let bytes = Array(text.lowercased().utf8)
    var window: [UInt64] = []
    var isOfCharacters = false
    func add(_ range: Range<Int>, isCharacter: Bool) {
      if isCharacter != isOfCharacters {
        window.removeAll(keepingCapacity: true)
        isOfCharacters = isCharacter
      }
      var hasher = FNV1a()
      hasher.combine(bytes.span.extracting(range))
      onUnit(bytes[range], hasher.hash, isCharacter)
      window.append(hasher.hash)
      let length = isCharacter ? characters : words
      if window.count > length { window.removeFirst() }
      if window.count == length {
        var hasher = FNV1a()
        for hash in window { hasher.combine(hash) }
        onSequence(hasher.hash, length)
      }
    }
    var start: Int?
    func endWord(_ end: Int) {
      if let first = start { add(first..<end, isCharacter: false) }
      start = nil
    }
    var index = 0
    while index < bytes.count {
      let (scalar, next) = scalar(in: bytes, at: index)
      switch Kind(scalar) {
      case .word: start = start ?? index
      case .character:
        endWord(index)
        add(index..<next, isCharacter: true)
      case .other: endWord(index)
      case .gap:
        endWord(index)
        window.removeAll(keepingCapacity: true)
        onGap()
      }
      index = next
    }
    endWord(bytes.count)
  }

  /// The scalar at an index of well-formed UTF-8, and the index behind it.
  private static func scalar(in bytes: [UInt8], at index: Int) -> (value: UInt32, next: Int) {
    let first = bytes[index]
    if first < 0x80 { return (UInt32(first), index + 1) }
    let count = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    var value = UInt32(first) & (0x7f >> UInt32(count))
    for next in index + 1..<index + count { value = value << 6 | UInt32(bytes[next] & 0x3f) }
    return (value, index + count)
  }

  private enum Kind {
    case word, character, other, gap

    init(_ scalar: UInt32) {
      self =
        switch scalar {
        case 0x30...0x39, 0x61...0x7a: .word
        case 1: .gap
        // Controls, punctuation and marks.
        case 0..<0xc0, 0x2000...0x206f, 0x3000...0x303f, 0xfe30...0xfe4f, 0xff00...0xff0f: .other
        // Thai, Lao, Myanmar and Khmer, then kana and ideographs.
        case 0xe00...0xeff, 0x1000...0x109f, 0x1780...0x17ff, 0x3040...0x30ff, 0x3400...0x9fff, 0xf900...0xfaff,
          0x20000...0x3ffff:
          .character
        default: .word
        }
    }
  }
}
