#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A failed system call: its `errno` with the system's message.
struct SystemError: Error, Equatable, CustomStringConvertible {
  let code: Int32

  /// The error of the last failed call on this thread.
  static var last: SystemError { SystemError(code: errno) }

  var description: String {
    switch code {
    case ENOSPC: "no space is left on the device"
    case EFBIG: "the file would exceed the size limit"
    case EDQUOT: "the disk quota is used up"
    default: unsafe String(cString: strerror(code)).lowercased()
    }
  }

  /// Whether a description is that of a full disk.
  static func isFull(_ description: String) -> Bool {
    [ENOSPC, EDQUOT].contains { SystemError(code: $0).description == description }
  }

  /// Repeats a call that was interrupted by a signal.
  static func check<Value: SignedInteger>(_ call: () -> Value) throws(SystemError) -> Value {
    while true {
      let value = call()
      if value >= 0 { return value }
      if errno != EINTR { throw .last }
    }
  }
}
