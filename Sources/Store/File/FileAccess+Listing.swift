#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension FileAccess {
  /// An item of a folder.
  package struct Item: Sendable, Equatable {
    package let name: String
    /// Whether it is a folder, and not a file.
    package let isFolder: Bool

    package init(name: String, isFolder: Bool) {
      self.name = name
      self.isFolder = isFolder
    }
  }

  /// The files and folders in a folder, by name; nil if the path is no folder that may be read.
  ///
  /// Hidden items, symbolic links and devices are left out.
  /// - Parameter path: relative to the first folder that contains it, or an absolute path inside one of them.
  /// - Throws: ``Refusal``.
  package func items(of path: String) throws(Refusal) -> [Item]? {
    let shown = "The folder \"\(path.prefix(200))\""
    try checkName(path, shown)
    for folder in folders {
      guard let parts = Self.parts(of: path, in: folder) else { continue }
      do throws(SystemError) {
        var place = try FileDescriptor(folder, O_RDONLY | O_DIRECTORY)
        for part in parts { place = try FileDescriptor(part, in: place, O_RDONLY | O_DIRECTORY) }
        return try Self.items(of: place)
      } catch {
        // The path may be a file, or be in the next folder.
        if [ENOENT, ENOTDIR, ELOOP].contains(error.code) { continue }
        throw Refusal(description: "\(shown) cannot be read: \(error).")
      }
    }
    return nil
  }

  private static func items(of folder: FileDescriptor) throws(SystemError) -> [Item] {
    var items: [Item] = []
    for name in try folder.names() where !name.hasPrefix(".") {
      guard let status = try folder.status(of: name), status.isRegularFile || status.isFolder else { continue }
      items.append(Item(name: name, isFolder: status.isFolder))
    }
    return items
  }
}
