#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// A stand-in for the toolchain's module of this name, for runs under the thread sanitizer only (see Package.swift): the
// sanitizer does not know the toolchain's lock, and takes what is done under it for a race.

/// A lock that the thread sanitizer knows, used as the toolchain's `Mutex` is.
@safe public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let value: UnsafeMutablePointer<Value>

  public init(_ initial: consuming sending Value) {
    unsafe lock = .allocate(capacity: 1)
    unsafe value = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    unsafe value.initialize(to: initial)
  }

  deinit {
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
    unsafe pthread_mutex_destroy(lock)
    unsafe lock.deallocate()
  }

  public borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return try unsafe body(&value.pointee)
  }
}

/// As much of the toolchain's `Atomic` as the program and its tests use.
public struct Atomic<Value: Sendable>: ~Copyable, Sendable {
  private let value: Mutex<Value>

  public init(_ initial: Value) { value = Mutex(initial) }

  public borrowing func load(ordering: AtomicLoadOrdering) -> Value { value.withLock { $0 } }

  public borrowing func store(_ desired: Value, ordering: AtomicStoreOrdering) { value.withLock { $0 = desired } }
}

extension Atomic where Value: FixedWidthInteger {
  @discardableResult
  public borrowing func add(_ operand: Value, ordering: AtomicUpdateOrdering) -> (oldValue: Value, newValue: Value) {
    value.withLock { value in
      let old = value
      value &+= operand
      return (old, value)
    }
  }

  @discardableResult
  public borrowing func subtract(
    _ operand: Value, ordering: AtomicUpdateOrdering
  ) -> (oldValue: Value, newValue: Value) {
    add(0 &- operand, ordering: ordering)
  }
}

public enum AtomicUpdateOrdering: Sendable { case relaxed, sequentiallyConsistent }
public enum AtomicLoadOrdering: Sendable { case relaxed, acquiring, sequentiallyConsistent }
public enum AtomicStoreOrdering: Sendable { case relaxed, releasing, sequentiallyConsistent }
