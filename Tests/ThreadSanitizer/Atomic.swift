/// As much of the toolchain's `Atomic` as the program and its tests use, by the sanitizer's own functions.
///
/// A lock would order what the program does not: behind it, a race beside a relaxed access would not be seen.
@safe public struct Atomic<Value: AtomicRepresentable>: ~Copyable, @unchecked Sendable {
  private let bits: UnsafeMutablePointer<Int64>

  public init(_ initial: Value) {
    unsafe bits = .allocate(capacity: 1)
    unsafe bits.initialize(to: initial.bits)
  }

  deinit { unsafe bits.deallocate() }

  public borrowing func load(ordering: AtomicLoadOrdering) -> Value {
    unsafe Value(bits: sanitizerLoad(bits, ordering.rawValue))
  }

  public borrowing func store(_ desired: Value, ordering: AtomicStoreOrdering) {
    unsafe sanitizerStore(bits, desired.bits, ordering.rawValue)
  }

  /// Stores a value, and returns the one before it.
  public borrowing func exchange(_ desired: Value, ordering: AtomicUpdateOrdering) -> Value {
    unsafe Value(bits: sanitizerExchange(bits, desired.bits, ordering.rawValue))
  }
}

extension Atomic where Value: FixedWidthInteger {
  @discardableResult
  public borrowing func wrappingAdd(
    _ operand: Value, ordering: AtomicUpdateOrdering
  ) -> (oldValue: Value, newValue: Value) {
    let old = unsafe Value(bits: sanitizerAdd(bits, operand.bits, ordering.rawValue))
    return (old, old &+ operand)
  }

  /// Adds, and ends the program when the sum is too large.
  @discardableResult
  public borrowing func add(_ operand: Value, ordering: AtomicUpdateOrdering) -> (oldValue: Value, newValue: Value) {
    let old = wrappingAdd(operand, ordering: ordering).oldValue
    return (old, old + operand)
  }

  /// Subtracts, and ends the program when the difference is too small.
  @discardableResult
  public borrowing func subtract(
    _ operand: Value, ordering: AtomicUpdateOrdering
  ) -> (oldValue: Value, newValue: Value) {
    let old = wrappingAdd(0 &- operand, ordering: ordering).oldValue
    return (old, old - operand)
  }
}

/// A value that an ``Atomic`` can hold.
public protocol AtomicRepresentable: Sendable {
  init(bits: Int64)
  var bits: Int64 { get }
}

extension Bool: AtomicRepresentable {
  public init(bits: Int64) { self = bits != 0 }
  public var bits: Int64 { self ? 1 : 0 }
}

extension Int: AtomicRepresentable {
  public init(bits: Int64) { self = Int(bits) }
  public var bits: Int64 { Int64(self) }
}

extension UInt64: AtomicRepresentable {
  public init(bits: Int64) { self.init(bitPattern: bits) }
  public var bits: Int64 { Int64(bitPattern: self) }
}

// The numbers are those of C's `memory_order`, which the sanitizer's functions take.

public enum AtomicUpdateOrdering: Int32, Sendable {
  case relaxed = 0
  case acquiringAndReleasing = 4
  case sequentiallyConsistent = 5
}

public enum AtomicLoadOrdering: Int32, Sendable {
  case relaxed = 0
  case acquiring = 2
  case sequentiallyConsistent = 5
}

public enum AtomicStoreOrdering: Int32, Sendable {
  case relaxed = 0
  case releasing = 3
  case sequentiallyConsistent = 5
}

// Declared in sanitizer/tsan_interface_atomic.h.

@_silgen_name("__tsan_atomic64_load")
private func sanitizerLoad(_ place: UnsafePointer<Int64>, _ order: Int32) -> Int64

@_silgen_name("__tsan_atomic64_store")
private func sanitizerStore(_ place: UnsafeMutablePointer<Int64>, _ value: Int64, _ order: Int32)

@_silgen_name("__tsan_atomic64_exchange")
private func sanitizerExchange(_ place: UnsafeMutablePointer<Int64>, _ value: Int64, _ order: Int32) -> Int64

@_silgen_name("__tsan_atomic64_fetch_add")
private func sanitizerAdd(_ place: UnsafeMutablePointer<Int64>, _ value: Int64, _ order: Int32) -> Int64
