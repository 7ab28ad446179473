/// A short mark of a text by which a change is noticed: FNV-1a with 64 bits (Fowler, Noll, Vo), as 16 hex digits.
///
/// It tells accidental changes apart; it is no protection against somebody who wants two texts to look alike.
enum Fingerprint {
  static func of(_ text: String) -> String {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
