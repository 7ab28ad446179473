#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The items of an open folder, by name; symbolic links are not followed.
extension FileDescriptor {
  /// The status of an item; nil if there is none.
  func status(of name: String) throws(SystemError) -> Status? {
    var status = stat()
    if unsafe fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return Status(status) }
    if errno == ENOENT { return nil }
    throw .last
  }

  /// Gives an item another name in the folder, in place of one that has it.
  func rename(_ name: String, to new: String) throws(SystemError) {
    _ = try SystemError.check { unsafe renameat(number, name, number, new) }
  }

  /// Gives an item a second name in the folder.
  ///
  /// Where the file system has no such names, the item is renamed, unless the name is taken.
  /// - Throws: ``SystemError`` with `EEXIST` for a name that is taken.
  func link(_ name: String, as new: String) throws(SystemError) {
    if unsafe linkat(number, name, number, new, 0) == 0 { return }
    let failure = SystemError.last
    guard failure.code == EPERM || failure.code == ENOTSUP || failure.code == ENOSYS else { throw failure }
    if try status(of: new) != nil { throw SystemError(code: EEXIST) }
    try rename(name, to: new)
  }

  /// Removes a file; one that is not there is no fault.
  func remove(_ name: String) { _ = unsafe unlinkat(number, name, 0) }
}
