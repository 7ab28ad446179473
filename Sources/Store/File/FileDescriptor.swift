import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file that closes itself.
final class FileDescriptor: Sendable {
  let number: Int32
  let identity: Identity
  /// The edits of the file that were noticed.
  let edits: Edits

  /// Whether a place in a file was found to have other contents than it had.
  final class Edits: Sendable {
    private let isNoted = Atomic(false)

    var areNoted: Bool { isNoted.load(ordering: .relaxed) }
    func note() { isNoted.store(true, ordering: .relaxed) }
    /// Forgets them, because the file is read anew.
    func forget() { isNoted.store(false, ordering: .relaxed) }
  }

  /// Opens a file; `O_CLOEXEC` is added.
  ///
  /// - Parameter edits: those noted by another open file that is the same one.
  convenience init(
    _ path: String, _ flags: Int32, mode: mode_t = 0o600, edits: Edits = Edits()
  ) throws(SystemError) {
    try self.init(number: try SystemError.check { unsafe open(path, flags | O_CLOEXEC, mode) }, edits)
  }

  private init(number: Int32, _ edits: Edits = Edits()) throws(SystemError) {
    self.number = number
    self.edits = edits
    do throws(SystemError) { identity = try Status(openFile: number).identity } catch {
      // A failed initializer does not run the deinitializer, so the descriptor is closed here.
      close(number)
      throw error
    }
  }

  /// Opens a file by its name in an open folder, unless it is a symbolic link.
  convenience init(_ name: String, in folder: FileDescriptor, _ flags: Int32) throws(SystemError) {
    try Self.checkName(name)
    try self.init(number: try SystemError.check { unsafe openat(folder.number, name, flags | O_NOFOLLOW | O_CLOEXEC) })
  }

  /// Creates a file in an open folder, which must not have one of this name.
  convenience init(creating name: String, in folder: FileDescriptor) throws(SystemError) {
    try Self.checkName(name)
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    try self.init(number: try SystemError.check { unsafe openat(folder.number, name, flags, 0o600) })
  }

  deinit { close(number) }

  /// Rejects what is not the name of one item of a folder, but a path that can lead anywhere.
  static func checkName(_ name: String) throws(SystemError) {
    let isName = !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == FilePath.slash || $0 == 0 }
    guard isName else { throw SystemError(code: EINVAL) }
  }

  /// The identity of a file, independent of its path and contents.
  struct Identity: Equatable {
    let device: UInt64
    let inode: UInt64
  }

  /// The properties that show whether a file has changed.
  struct Status: Equatable {
    var identity: Identity
    var size: Int
    var mode: mode_t
    /// The time of the last change of the contents, in nanoseconds.
    var modified: Int

    /// The time since then, in nanoseconds.
    var age: Int {
      var now = timespec()
      _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
      return Int(now.tv_sec) &* 1_000_000_000 &+ Int(now.tv_nsec) &- modified
    }

    var isRegularFile: Bool { mode & S_IFMT == S_IFREG }
    var isSymbolicLink: Bool { mode & S_IFMT == S_IFLNK }
    var isFolder: Bool { mode & S_IFMT == S_IFDIR }

    init(_ status: stat) {
      identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      size = Int(status.st_size)
      mode = status.st_mode
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      modified = Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
    }

    fileprivate init(openFile number: Int32) throws(SystemError) {
      var result = stat()
      _ = try SystemError.check { unsafe fstat(number, &result) }
      self.init(result)
    }

    /// The status of the file at a path, following links; nil if there is none.
    static func of(_ path: String) throws(SystemError) -> Status? {
      var status = stat()
      if unsafe stat(path, &status) == 0 { return Status(status) }
      if errno == ENOENT { return nil }
      throw .last
    }

    /// The status of the item at a path, which may be a symbolic link; nil if there is none.
    static func at(_ path: String) throws(SystemError) -> Status? {
      var status = stat()
      if unsafe lstat(path, &status) == 0 { return Status(status) }
      if errno == ENOENT { return nil }
      throw .last
    }
  }

  func status() throws(SystemError) -> Status { try Status(openFile: number) }

  /// Whether the path leads to this file.
  func isAt(_ path: String) throws(SystemError) -> Bool { try Status.of(path)?.identity == identity }

  /// Reads the bytes of a range, fewer if the file ends earlier.
  func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
    // The standard library writes to the storage that all empty arrays share, which the thread sanitizer calls a race.
    if range.isEmpty { return [] }
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(SystemError) {
        count = try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), from: range.lowerBound)
      } catch {
        (count, failure) = (0, error)
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads bytes from an offset into a buffer, fewer than it has room for if the file ends earlier.
  ///
  /// - Returns: the number of bytes.
  func read(into buffer: inout [UInt8], from offset: Int) throws(SystemError) -> Int {
    try unsafe buffer.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), from: offset)
    }
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws(SystemError) -> Int {
    var count = 0
    while count < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      // macOS reads no more than 2 GiB at once.
      let most = min(rest.count, 1 << 30)
      let read = try SystemError.check { unsafe pread(number, rest.baseAddress, most, off_t(offset + count)) }
      if read == 0 { break }
      count += read
    }
    return count
  }

  /// Writes all bytes at an offset.
  func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      written += try SystemError.check {
        unsafe bytes.withUnsafeBytes { buffer in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
          return unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + written))
        }
      }
    }
  }

  func truncate(to size: Int) throws(SystemError) {
    _ = try SystemError.check { ftruncate(number, off_t(size)) }
  }

  /// Returns when the file's contents are on disk.
  func sync() throws(SystemError) {
    #if canImport(Darwin)
      // On macOS, fsync leaves the data in the drive's cache.
      if fcntl(number, F_FULLFSYNC) == 0 { return }
      _ = try SystemError.check { fsync(number) }
    #else
      _ = try SystemError.check { fdatasync(number) }
    #endif
  }

  /// Sets the mode, if the file system supports it and the file belongs to this user.
  func setMode(_ mode: mode_t) {
    // The store works without it.
    _ = fchmod(number, mode)
  }

  /// Sets the time of the last change of the contents, in nanoseconds.
  func setModified(_ time: Int) throws(SystemError) {
    let (seconds, nanoseconds) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
    let times = [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: nanoseconds), count: 2)
    _ = try SystemError.check { unsafe futimens(number, times) }
  }
}
