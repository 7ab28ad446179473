#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Links in the place of a file.
enum SymbolicLink {
  private static let mostSteps = 40

  /// The path that a link in the end leads to, whether or not something is there; the path itself if it is no link.
  ///
  /// Links among the folders are left as they are.
  static func destination(of path: String) -> String {
    var current = path
    for _ in 0..<mostSteps {
      guard let next = target(of: current) else { return current }
      let folder = URL(fileURLWithPath: current).deletingLastPathComponent()
      current = URL(fileURLWithPath: next, relativeTo: next.hasPrefix("/") ? nil : folder).path
    }
    // They go round in a circle; using the path says so.
    return path
  }

  private static func target(of path: String) -> String? {
    do { return try FileManager.default.destinationOfSymbolicLink(atPath: path) } catch { return nil }
  }
}
