import TestSupport
import Testing

@testable import Store

/// Paths as the system divides them.
@Suite struct FilePathTests {
  @Test(arguments: [
    ("a/b", ["a", "b"]), ("/a//b/", ["a", "b"]), ("./a/./b", ["a", "b"]), ("", []), ("/", []),
    ("a/../b", ["a", "..", "b"]),
    ("a\u{0600}/b", ["a\u{0600}", "b"]), ("a/\u{0301}b", ["a", "\u{0301}b"]),
  ])
  func `a path is divided at the bytes of slashes`(path: String, names: [String]) {
    #expect(FilePath(path).names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
  }

  @Test(arguments: [
    ("/a/b", "c", "/a/b/c"), ("/a/b", "../c", "/a/c"), ("/a", "../../c", "/../c"), ("a", "../../c", "../c"),
    ("", "", "."),
    ("/a/b", "/c", "/c"), ("/", "c", "/c"), ("", "*.yaml", "*.yaml"),
  ])
  func `a path is relative to another one`(folder: String, path: String, whole: String) {
    #expect(FilePath(folder).appending(FilePath(path)).text == whole)
  }

  @Test func `what is no name is not opened in a folder`() throws {
    let folder = TemporaryFolder()
    let place = try FileDescriptor(folder.path, 0)
    for name in ["a/b", "..", ".", "", "a\0b", "a\u{0600}/b"] {
      #expect(throws: SystemError.self) { try FileDescriptor(name, in: place, 0) }
      #expect(throws: SystemError.self) { try place.status(of: name) }
      #expect(throws: SystemError.self) { try place.rename("x", to: name) }
    }
  }
}
