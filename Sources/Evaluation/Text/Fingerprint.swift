import Store

/// A short value that changes with a text: its ``Store/FNV1a`` hash as 16 hex digits.
enum Fingerprint {
  static func of(_ text: String) -> String {
    var hasher = FNV1a()
    hasher.combine(text)
    return digits(of: hasher.hash)
  }

  static func digits(of hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
