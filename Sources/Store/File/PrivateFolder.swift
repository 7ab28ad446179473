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

/// Folders accessible only to their owner.
enum PrivateFolder {
  /// Creates a folder and its missing parents, and returns when their names are on disk.
  static func make(_ path: String) throws(SystemError) {
    if try FileDescriptor.Status.of(path) != nil { return }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try make(parent)
    do throws(SystemError) {
      _ = try SystemError.check { unsafe mkdir(path, 0o700) }
    } catch {
      // Another process created it first.
      if error.code == EEXIST { return }
      throw error
    }
    try FileDescriptor(parent, O_RDONLY).sync()
  }
}
