import JSONCoding

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

/// Reads and writes files named by clients, only in allowed folders.
///
/// Models control clients, and the texts they read control models. So files outside these folders are unreachable,
/// whatever the path. Each folder on the way to a file is opened relative to the previous one without following
/// symbolic links, so that nothing can change between a check and its use. A file that changes while it is read is
/// refused, because its beginning and its end would belong to different states.
package struct FileAccess: Sendable {
  /// Why a file was not read or written, in one or two sentences.
  package struct Refusal: ClientFacingError, Equatable {
    package let description: String
  }

  /// Absolute paths.
  let folders: [String]
  /// The paths of files that are out of reach wherever they are, such as the store, which has keys.
  private let reserved: [String]

  /// - Parameters:
  ///   - folders: absolute paths; a missing one allows nothing.
  ///   - store: the path of the store; nil to protect none.
  package init(folders: [String], store: String? = nil) {
    self.folders = folders.map(Self.standardized).reduce(into: []) { known, folder in
      if !known.contains(folder) { known.append(folder) }
    }
    reserved = store.map { [$0, StoreFile.lockPath(of: $0)] } ?? []
  }

  /// Rejects the program's own files.
  func checkReach(_ identity: FileDescriptor.Identity, _ shown: String) throws(SystemError) -> Refusal? {
    for path in reserved where try FileDescriptor.Status.of(path)?.identity == identity {
      return Refusal(description: "\(shown) is the store itself, which no tool reads or writes as a file.")
    }
    return nil
  }

  /// The bytes of a file in one of the folders.
  ///
  /// - Parameters:
  ///   - path: relative to the first folder that contains it, or an absolute path inside one of them.
  ///   - limit: the largest size of a file in bytes.
  /// - Throws: ``Refusal``.
  package func read(_ path: String, atMost limit: Int) throws(Refusal) -> [UInt8] {
    let shown = "The file \"\(path.prefix(200))\""
    try checkName(path, shown)
    for folder in folders {
      guard let parts = Self.parts(of: path, in: folder) else { continue }
      let contents: Result<[UInt8], Refusal>?
      do throws(SystemError) {
        contents = try Self.open(parts, in: folder).map { file throws(SystemError) in
          if let refusal = try checkReach(file.status().identity, shown) { return .failure(refusal) }
          return try Self.contents(of: file, shown, atMost: limit)
        }
      } catch {
        throw refusal(shown, error)
      }
      if let contents { return try contents.get() }
    }
    let isInside = folders.contains { Self.parts(of: path, in: $0) != nil }
    throw Refusal(
      description: isInside
        ? "\(shown) was not found. \(advice)" : "\(shown) is not in a folder that may be read. \(advice)")
  }

  func checkName(_ path: String, _ shown: String) throws(Refusal) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Refusal(description: "\(shown) has no name.") }
    guard !path.split(separator: "/").contains("..") else {
      throw Refusal(description: "\(shown) is named with \"..\", which leads out of a folder. \(advice)")
    }
  }

  /// Advice on making other files reachable.
  var advice: String {
    let list = folders.map { "\"\($0)\"" }.joined(separator: ", ")
    return "The folders for files are \(list); the option --files FOLDER (COMPLETION_KIT_FILES) allows another folder."
  }

  private func refusal(_ shown: String, _ error: SystemError) -> Refusal {
    switch error.code {
    case ELOOP, ENOTDIR:
      Refusal(
        description: "\(shown) is a symbolic link, or is reached through one; such links are not followed. \(advice)")
    default: Refusal(description: "\(shown) cannot be read: \(error).")
    }
  }

  // MARK: Paths

  private static func standardized(_ folder: String) -> String {
    let parts = folder.split(separator: "/").filter { $0 != "." }
    return "/" + parts.joined(separator: "/")
  }

  /// The path components from a folder to a file; nil for an absolute path outside it.
  static func parts(of path: String, in folder: String) -> [String]? {
    func names(_ path: Substring) -> [String] { path.split(separator: "/").map(String.init).filter { $0 != "." } }
    guard path.hasPrefix("/") else { return names(path[...]) }
    let path = standardized(path)
    // A client may know the folder by its path with links resolved.
    let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    for folder in [folder, standardized(real)] {
      let start = folder == "/" ? folder : folder + "/"
      if path.hasPrefix(start) { return names(path.dropFirst(start.count)) }
    }
    return nil
  }

  // MARK: Files

  /// Opens a file by the path components from its folder; nil if one does not exist.
  private static func open(_ parts: [String], in folder: String) throws(SystemError) -> FileDescriptor? {
    guard let name = parts.last else { return nil }
    do throws(SystemError) {
      var place = try FileDescriptor(folder, O_RDONLY | O_DIRECTORY)
      for part in parts.dropLast() { place = try FileDescriptor(part, in: place, O_RDONLY | O_DIRECTORY) }
      // Opening a pipe must not wait for a writer, and a terminal must not become the program's own.
      return try FileDescriptor(name, in: place, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
  }

  /// How long a file must have been left alone, in nanoseconds.
  ///
  /// File systems note the time of a change by clocks that tick every few milliseconds, and only at the beginning of a
  /// call that writes much.
  private static let settlingTime = 200_000_000

  private static func contents(
    of file: FileDescriptor, _ shown: String, atMost limit: Int
  ) throws(SystemError) -> Result<[UInt8], Refusal> {
    let status = try file.status()
    guard status.isRegularFile else {
      return .failure(Refusal(description: "\(shown) is a folder or device, no file."))
    }
    guard status.size <= limit else {
      return .failure(Refusal(description: "\(shown) has \(status.size) bytes; at most \(limit) are read."))
    }
    let bytes = try file.read(0..<status.size)
    let rest = settlingTime - status.age
    if rest > 0 { usleep(UInt32(min(rest, settlingTime) / 1000)) }
    guard bytes.count == status.size, try file.status() == status else {
      return .failure(
        Refusal(
          description:
            "\(shown) changed while it was read. Try again when nothing writes to it, or name a copy of it."))
    }
    return .success(bytes)
  }
}
