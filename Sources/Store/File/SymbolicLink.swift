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

/// Symbolic links in place of a file.
enum SymbolicLink {
  private static let mostSteps = 40

  /// The final target of a link, whether or not it exists; the path itself if it is not a link.
  ///
  /// Links among the folders are not resolved.
  static func destination(of path: String) -> String {
    var current = path
    for _ in 0..<mostSteps {
      guard let next = target(of: current) else { return current }
      let folder = URL(fileURLWithPath: current).deletingLastPathComponent()
      current = URL(fileURLWithPath: next, relativeTo: next.hasPrefix("/") ? nil : folder).path
    }
    // The links are circular; using the path reports that.
    return path
  }

  private static func target(of path: String) -> String? {
    do { return try FileManager.default.destinationOfSymbolicLink(atPath: path) } catch { return nil }
  }
}
