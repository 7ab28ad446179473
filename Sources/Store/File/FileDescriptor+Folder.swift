#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The items of an open folder, by name; symbolic links are not followed.
extension FileDescriptor {
  /// The status of an item; nil if there is none.
  func status(of name: String) throws(SystemError) -> Status? {
    try Self.checkName(name)
    var status = stat()
    if unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return Status(status) }
    if errno == ENOENT { return nil }
    throw .last
  }

  /// The names of all items in their byte order.
  func names() throws(SystemError) -> [String] {
    // The stream closes the descriptor that it is given.
    let copy = try SystemError.check { unsafe openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let stream = unsafe fdopendir(copy) else {
      let failure = SystemError.last
      close(copy)
      throw failure
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          unsafe String(cString: $0)
        }
      }
      names.append(name)
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Gives an item another name in the folder, in place of one that has it.
  func rename(_ name: String, to new: String) throws(SystemError) {
    try Self.checkName(name)
    try Self.checkName(new)
    _ = try SystemError.check { unsafe renameat(number, name, number, new) }
  }

  /// Gives an item a second name in the folder.
  ///
  /// Where the file system has no such names, the item is renamed, unless the name is taken.
  /// - Throws: ``SystemError`` with `EEXIST` for a name that is taken.
  func link(_ name: String, as new: String) throws(SystemError) {
    try Self.checkName(name)
    try Self.checkName(new)
    if unsafe linkat(number, name, number, new, 0) == 0 { return }
    let failure = SystemError.last
    guard failure.code == EPERM || failure.code == ENOTSUP || failure.code == ENOSYS else { throw failure }
    if try status(of: new) != nil { throw SystemError(code: EEXIST) }
    try rename(name, to: new)
  }

  /// Removes a file; one that is not there is no fault.
  func remove(_ name: String) { _ = unsafe unlinkat(number, name, 0) }
}
