#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension FileAccess {
  /// A file that was written.
  package struct Written: Sendable, Equatable {
    /// Absolute.
    package let path: String
    /// In bytes.
    package let size: Int
  }

  /// Takes a part of a file.
  package typealias Output = (_ bytes: [UInt8]) throws -> Void

  /// Writes a file in one of the folders: as a whole or not at all, accessible only to its owner.
  ///
  /// The contents are written to another name in the same folder, synced, and then given the file's name. What an earlier
  /// program that was killed has left under such names is removed. One of the folders is created if it is missing.
  ///
  /// - Parameters:
  ///   - path: relative to the first folder that has its parent folder, or an absolute path inside one of them.
  ///   - overwrites: whether a file that is there is replaced; a link or a folder never is.
  ///   - contents: writes the parts, in order.
  /// - Throws: ``Refusal``, or an error of the closure.
  package func write(
    _ path: String, overwrites: Bool, contents: (_ output: Output) throws -> Void
  ) throws -> Written {
    let shown = "The file \"\(path.prefix(200))\""
    let path = try checked(path, shown)
    guard !path.endsWithSlash else { throw Refusal(description: "\(shown) is named like a folder. Give it a name.") }
    guard !path.isHidden else {
      throw Refusal(
        description:
          "\(shown) was not written: a name that begins with a dot is one of a program's settings. Choose another.")
    }
    var allowed = false
    do {
      for folder in folders {
        guard let names = Self.names(of: path, in: folder), let name = names.last else { continue }
        allowed = true
        if folder.text == made?.text { try PrivateFolder.make(folder.text) }
        guard let place = try Self.existing(names.dropLast(), in: folder) else { continue }
        let size = try write(name, in: place, shown, overwrites: overwrites, contents)
        return Written(path: folder.appending(names: names).text, size: size)
      }
    } catch let error as SystemError {
      throw writeRefusal(shown, error)
    }
    throw Refusal(
      description: allowed
        ? "\(shown) is in a folder that is not there. Make it first, or leave it out of path."
        : "\(shown) is not in a folder that may be written to. \(advice)")
  }

  private func writeRefusal(_ shown: String, _ error: SystemError) -> Refusal {
    switch error.code {
    case ELOOP, ENOTDIR:
      Refusal(
        description: "\(shown) is reached through a symbolic link or a file; such paths are not followed. \(advice)")
    case EEXIST: Self.exists(shown)
    default: Refusal(description: "\(shown) was not written: \(error). Nothing of it is left.")
    }
  }

  private static func exists(_ shown: String) -> Refusal {
    Refusal(
      description: "\(shown) is there already, and was not changed. Choose another name, or give overwrite: true.")
  }

  /// The open folder of a file; nil if it is not there.
  private static func existing(
    _ names: some Sequence<String>, in folder: FilePath
  ) throws(SystemError) -> FileDescriptor? {
    do throws(SystemError) { return try place(names, in: folder) } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
  }

  /// - Returns: the size in bytes.
  private func write(
    _ name: String, in folder: FileDescriptor, _ shown: String, overwrites: Bool,
    _ contents: (_ output: Output) throws -> Void
  ) throws -> Int {
    // Before the work of writing; the last step decides.
    try checkReplaceable(name, in: folder, shown, overwrites: overwrites)
    Self.removeLeftovers(in: folder)
    let temporary = "\(Self.beginning)\(String(UInt64.random(in: 0 ... .max), radix: 36))\(Self.ending)"
    let file = try FileDescriptor(creating: temporary, in: folder)
    var size = 0
    do {
      // Without locks in the file system nothing is removed later.
      do throws(SystemError) { _ = try file.lock(byte: 0) } catch {}
      try contents { bytes in
        try file.write(bytes, at: size)
        size += bytes.count
      }
      try file.sync()
      if overwrites {
        try checkReplaceable(name, in: folder, shown, overwrites: true)
        try folder.rename(temporary, to: name)
      } else {
        // Unlike a renaming, a link never replaces a file that another process has made meanwhile.
        try folder.link(temporary, as: name)
        folder.remove(temporary)
      }
    } catch {
      folder.remove(temporary)
      throw error
    }
    do throws(SystemError) { try folder.sync() } catch {
      throw Refusal(
        description:
          "\(shown) is written, but its folder could not be synced (\(error)), so that a power failure may undo it.")
    }
    return size
  }

  /// How the names of unfinished files begin and end.
  private static let (beginning, ending) = (".completion-kit-", ".new")

  /// Removes unfinished files that no program is writing: a program that writes holds a lock, which ends with it.
  private static func removeLeftovers(in folder: FileDescriptor) {
    do throws(SystemError) {
      for name in try folder.names() where name.hasPrefix(beginning) && name.hasSuffix(ending) {
        guard try folder.status(of: name)?.isRegularFile == true else { continue }
        let file = try FileDescriptor(name, in: folder, O_RDWR | O_NONBLOCK)
        // One that was just made may not have its lock yet.
        guard try file.status().age > leastAge, try file.lock(byte: 0) else { continue }
        folder.remove(name)
      }
    } catch {
      // It is tidying: what cannot be removed stays.
    }
  }

  /// The age in nanoseconds from which a file without a lock is a leftover.
  private static let leastAge = 10_000_000_000

  private func checkReplaceable(
    _ name: String, in folder: FileDescriptor, _ shown: String, overwrites: Bool
  ) throws {
    guard let status = try folder.status(of: name) else { return }
    if let refusal = try checkReach(status.identity, shown) { throw refusal }
    if !overwrites { throw Self.exists(shown) }
    guard status.isRegularFile else {
      throw Refusal(
        description:
          "\(shown) is a \(status.isSymbolicLink ? "symbolic link" : "folder or device"), and only a file is "
          + "replaced. Choose another name.")
    }
  }
}
