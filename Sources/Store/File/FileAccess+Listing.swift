import JSONCoding

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension FileAccess {
  /// An item of a folder.
  package struct Item: Sendable, Equatable {
    package enum Kind: Sendable {
      case file, folder
      /// A symbolic link, which is not followed.
      case link
    }

    package let name: String
    package let kind: Kind

    package init(name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  /// The items of a folder in one of the folders, by name, with its absolute path; nil if the path is no folder that may
  /// be read.
  ///
  /// Hidden items and devices are left out.
  /// - Parameter path: relative to the first folder that contains it, or an absolute path inside one of them.
  /// - Throws: ``Refusal``.
  package func items(of path: String) throws(Refusal) -> (path: FilePath, items: [Item])? {
    let shown = "The folder \"\(path.prefix(200))\""
    let path = try checked(path, shown)
    for folder in folders {
      guard let names = Self.names(of: path, in: folder) else { continue }
      do throws(SystemError) {
        let items = try Self.items(of: try Self.place(names, in: folder))
        return (folder.appending(names: names), items)
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
    for name in try folder.names() where name.utf8.first != ASCII.period {
      guard let status = try folder.status(of: name), let kind = status.itemKind else { continue }
      items.append(Item(name: name, kind))
    }
    return items
  }
}

extension FileDescriptor.Status {
  /// Nil for a device, a pipe or a socket.
  fileprivate var itemKind: FileAccess.Item.Kind? {
    isRegularFile ? .file : isFolder ? .folder : isSymbolicLink ? .link : nil
  }
}
