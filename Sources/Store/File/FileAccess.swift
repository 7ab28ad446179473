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
  let folders: [FilePath]
  /// The folder that is made if it is missing; nil for none.
  let made: FilePath?
  /// The paths of files that are out of reach wherever they are, such as the store, which has keys.
  private let reserved: [String]

  /// - Parameters:
  ///   - folders: absolute paths, in the order in which a relative path is looked for; a missing one allows nothing.
  ///   - made: the one of them that is made if it is missing; nil for the first.
  ///   - store: the path of the store; nil to protect none.
  package init(folders: [String], made: String? = nil, store: String? = nil) {
    self.made = (made ?? folders.first).map(FilePath.init)
    self.folders = folders.map(FilePath.init).reduce(into: []) { known, folder in
      if !known.contains(where: { $0.text == folder.text }) { known.append(folder) }
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
    try contents(of: path, atMost: limit).bytes
  }

  /// The first bytes of a file in one of the folders, which may change meanwhile.
  ///
  /// - Parameters:
  ///   - count: how many; a smaller file has fewer.
  ///   - limit: the largest size of the whole file in bytes.
  /// - Throws: ``Refusal``.
  package func head(of path: String, _ count: Int, atMost limit: Int) throws(Refusal) -> [UInt8] {
    try contents(of: path, atMost: limit, head: count).bytes
  }

  /// The same as ``read(_:atMost:)`` with the absolute path of the file.
  ///
  /// - Parameter head: the number of bytes to read; nil for all.
  package func contents(
    of path: String, atMost limit: Int, head: Int? = nil
  ) throws(Refusal) -> (path: FilePath, bytes: [UInt8]) {
    let shown = "The file \"\(path.prefix(200))\""
    let path = try checked(path, shown)
    var isInside = false
    for folder in folders {
      guard let names = Self.names(of: path, in: folder) else { continue }
      isInside = true
      let contents: Result<[UInt8], Refusal>?
      do throws(SystemError) {
        contents = try Self.open(names, in: folder).map { file throws(SystemError) in
          if let refusal = try checkReach(file.status().identity, shown) { return .failure(refusal) }
          return try Self.contents(of: file, shown, atMost: limit, head: head)
        }
      } catch {
        throw refusal(shown, error)
      }
      if let contents { return (folder.appending(names: names), try contents.get()) }
    }
    throw Refusal(
      description: isInside
        ? "\(shown) was not found. \(advice)" : "\(shown) is not in a folder that may be read. \(advice)")
  }

  /// A path that a client gave.
  ///
  /// - Throws: ``Refusal`` for one that leads up, or without a name.
  func checked(_ path: String, _ shown: String) throws(Refusal) -> FilePath {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Refusal(description: "\(shown) has no name.") }
    let path = FilePath(path)
    guard !path.leadsUp else {
      throw Refusal(description: "\(shown) is named with \"..\", which leads out of a folder. \(advice)")
    }
    return path
  }

  /// Advice on making other files reachable.
  var advice: String {
    let list = folders.map { "\"\($0.text)\"" }.joined(separator: ", ")
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

  /// The names that lead from a folder to a file; nil for an absolute path outside it.
  static func names(of path: FilePath, in folder: FilePath) -> [String]? {
    guard path.isAbsolute else { return path.names }
    // A client may know the folder by its path with links resolved.
    let real = FilePath(URL(fileURLWithPath: folder.text).resolvingSymlinksInPath().path)
    return path.names(from: folder) ?? path.names(from: real)
  }

  /// Opens a folder by the names that lead to it, following no link but those of the allowed folder itself.
  static func place(_ names: some Sequence<String>, in folder: FilePath) throws(SystemError) -> FileDescriptor {
    var place = try FileDescriptor(folder.text, O_RDONLY | O_DIRECTORY)
    for name in names { place = try FileDescriptor(name, in: place, O_RDONLY | O_DIRECTORY) }
    return place
  }

  // MARK: Files

  /// Opens a file by the names that lead to it; nil if it or a folder of it does not exist.
  private static func open(_ names: [String], in folder: FilePath) throws(SystemError) -> FileDescriptor? {
    guard let name = names.last else { return nil }
    do throws(SystemError) {
      let place = try place(names.dropLast(), in: folder)
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
    of file: FileDescriptor, _ shown: String, atMost limit: Int, head: Int?
  ) throws(SystemError) -> Result<[UInt8], Refusal> {
    let status = try file.status()
    guard status.isRegularFile else {
      return .failure(Refusal(description: "\(shown) is a folder or device, no file."))
    }
    guard status.size <= limit else {
      return .failure(Refusal(description: "\(shown) has \(status.size) bytes; at most \(limit) are read."))
    }
    if let head { return .success(try file.read(0..<min(head, status.size))) }
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
