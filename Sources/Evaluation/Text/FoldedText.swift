/// Unicode scalars by which texts are equal where case and diacritics do not count: `É`, `é` and `e` are one.
enum FoldedText {
  /// The scalars of a text as they are compared.
  static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.flatMap(folded) }

  /// The scalars that one scalar is compared as; none for a mark.
  static func folded(_ scalar: Unicode.Scalar) -> [UInt32] {
    let value = scalar.value
    if value < 0x80 { return [(0x41...0x5A).contains(value) ? value | 0x20 : value] }
    if isMark(value) { return [] }
    return scalar.properties.lowercaseMapping.unicodeScalars.compactMap { lower in
      isMark(lower.value) ? nil : bases[lower.value] ?? lower.value
    }
  }

  /// Whether a scalar is an accent, a Hebrew point or an Arabic vowel sign.
  private static func isMark(_ value: UInt32) -> Bool {
    switch value {
    case 0x300...0x36F, 0x483...0x487, 0x591...0x5BD, 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7, 0x610...0x61A,
      0x64B...0x65F, 0x670, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
      true
    default: false
    }
  }

  /// The letters of the Latin, Greek and Cyrillic scripts with a diacritic, by the letter without.
  ///
  /// The name of such a letter is that of its base, the word WITH and the diacritic.
  private static let bases: [UInt32: UInt32] = {
    var letters: [String: UInt32] = [:]
    var accented: [(letter: UInt32, base: String)] = []
    for value in [0x61...0x7A, 0xDF...0x24F, 0x370...0x52F, 0x1E00...0x1FFF].joined() {
      guard let scalar = Unicode.Scalar(UInt32(value)), let name = scalar.properties.name else { continue }
      if let base = name.firstRange(of: " WITH ") {
        accented.append((scalar.value, String(name[..<base.lowerBound])))
      } else {
        letters[name] = scalar.value
      }
    }
    var bases: [UInt32: UInt32] = [:]
    for (letter, base) in accented { bases[letter] = letters[base] }
    // The sigma at the end of a word, and Cyrillic letters with names of their own: ё, й, ї, ў, ѓ, ќ.
    return bases.merging([
      0x3C2: 0x3C3, 0x451: 0x435, 0x439: 0x438, 0x457: 0x456, 0x45E: 0x443, 0x453: 0x433, 0x45C: 0x43A,
    ]) { _, named in named }
  }()
}
