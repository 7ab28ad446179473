import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A readable folder with a file in it and one beside it.
@Suite struct FileAccessTests {
  private let folder = TemporaryFolder()
  private let access: FileAccess

  init() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path + "/in/deep", withIntermediateDirectories: true)
    try Data("inside".utf8).write(to: URL(fileURLWithPath: folder.path + "/in/a.txt"))
    try Data("deep".utf8).write(to: URL(fileURLWithPath: folder.path + "/in/deep/b.txt"))
    try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/secret.txt"))
    try manager.createSymbolicLink(atPath: folder.path + "/in/link.txt", withDestinationPath: "../secret.txt")
    try manager.createSymbolicLink(atPath: folder.path + "/in/out", withDestinationPath: folder.path)
    try manager.createSymbolicLink(atPath: folder.path + "/alias", withDestinationPath: folder.path + "/in")
    try manager.createDirectory(atPath: folder.path + "/in-other", withIntermediateDirectories: true)
    try Data("other".utf8).write(to: URL(fileURLWithPath: folder.path + "/in-other/c.txt"))
    access = FileAccess(folders: [folder.path + "/nowhere", folder.path + "/in/"])
  }

  private func text(_ path: String, limit: Int = 100) throws -> String {
    String(decoding: try access.read(path, atMost: limit), as: UTF8.self)
  }

  private func refusal(_ path: String, limit: Int = 100) -> String {
    do { return "read: \(try text(path, limit: limit))" } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("a.txt", "inside"), ("./a.txt", "inside"), ("deep/b.txt", "deep"), ("deep//b.txt", "deep"),
    ("FOLDER/in/a.txt", "inside"), ("FOLDER/in/./deep/b.txt", "deep"),
  ])
  func `a file inside a folder is read`(path: String, contents: String) throws {
    #expect(try text(path.replacing("FOLDER", with: folder.path)) == contents)
  }

  @Test(arguments: [
    ("../secret.txt", "\"..\""), ("deep/../../secret.txt", "\"..\""), ("FOLDER/in/../secret.txt", "\"..\""),
    ("FOLDER/secret.txt", "not in a folder"), ("/etc/passwd", "not in a folder"), ("~/.ssh/id_rsa", "was not found"),
    ("FOLDER/in-other/c.txt", "not in a folder"), ("link.txt", "symbolic link"), ("out/secret.txt", "symbolic link"),
    ("FOLDER/in/link.txt", "symbolic link"), ("c.txt", "--files FOLDER (COMPLETION_KIT_FILES)"), ("", "no name"),
    ("a.txt\0", "no name"), ("deep", "no file"), (".", "was not found"), ("FOLDER/in", "was not found"),
    ("a.txt/b", "symbolic link"),
  ])
  func `no path leads out of the folders`(path: String, sentence: String) {
    let refusal = refusal(path.replacing("FOLDER", with: folder.path))
    #expect(refusal.contains(sentence) && !refusal.hasPrefix("read"))
  }

  /// A slash and the letters around it can be one character.
  @Test(arguments: ["\u{0600}/secret.txt", "/\u{0301}secret.txt", "\u{0600}/\u{0301}secret.txt"])
  func `a link is not followed whatever letters are beside the slash`(end: String) throws {
    let manager = FileManager.default
    let names = end.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    try manager.createSymbolicLink(atPath: folder.path + "/in/l\(names[0])", withDestinationPath: folder.path)
    try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + names[1]))
    for path in ["l" + end, folder.path + "/in/l" + end, "./l" + end] {
      #expect(refusal(path).contains("symbolic link"), "\(path)")
    }
    let writing = Result { try access.write("l" + end + ".new", overwrites: true) { try $0([1]) } }
    #expect { try writing.get() } throws: { "\($0)".contains("symbolic link") }
  }

  @Test func `a folder may itself be a link, under either of its names`() throws {
    let access = FileAccess(folders: [folder.path + "/alias"])
    for path in ["a.txt", folder.path + "/alias/a.txt", folder.path + "/in/a.txt"] {
      #expect(String(decoding: try access.read(path, atMost: 100), as: UTF8.self) == "inside")
    }
  }

  @Test func `a file that is too large, or is a pipe, is not read`() {
    #expect(refusal("a.txt", limit: 5).contains("has 6 bytes; at most 5"))
    let made = unsafe mkfifo(folder.path + "/in/pipe", 0o600)
    #expect(made == 0)
    #expect(refusal("pipe").contains("no file"))
  }

  @Test func `a file that changes while it is read is refused`() throws {
    let path = folder.path + "/in/growing.txt"
    try Data(repeating: 0x61, count: 64 << 20).write(to: URL(fileURLWithPath: path))
    let isDone = Mutex(false)
    let writer = Thread {
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      while !isDone.withLock({ $0 }) {
        file.seekToEndOfFile()
        file.write(Data("b".utf8))
      }
    }
    writer.start()
    defer { isDone.withLock { $0 = true } }
    let refusals = (0..<20).lazy.map { _ in refusal("growing.txt", limit: 1 << 30) }
    #expect(refusals.contains { $0.contains("changed while it was read") })
  }
}
