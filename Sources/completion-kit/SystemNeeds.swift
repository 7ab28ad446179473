#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the program needs of the system besides the libraries that it is linked with.
enum SystemNeeds {
  /// Why the program cannot run here, as a sentence.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: ``Missing``
  static func check() throws(Missing) {
    #if os(Linux)
      try checkProcesses(at: "/proc/self/task")
    #endif
  }

  /// Dispatch counts its threads there, and ends the program at some moment if it cannot.
  static func checkProcesses(at path: String) throws(Missing) {
    guard unsafe access(path, F_OK) != 0 else { return }
    throw Missing(description: "There is no \(path). Mount /proc where the program runs, as containers do.")
  }
}
