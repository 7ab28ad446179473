/// A finite number or nil in the eight bytes of a number.
///
/// An optional number takes sixteen, which counts where a store has a million entries.
struct PackedOptional: Sendable {
  private let bits: Double

  /// - Parameter value: a finite number, as all numbers of JSON are.
  init(_ value: Double?) { bits = value ?? .nan }

  var value: Double? { bits.isNaN ? nil : bits }
}
