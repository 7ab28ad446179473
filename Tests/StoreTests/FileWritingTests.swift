import Foundation
import TestSupport
import Testing

@testable import Store

/// A folder that may be written to, with a file, a link and a folder in it.
@Suite struct FileWritingTests {
  private let folder = TemporaryFolder()
  private let access: FileAccess

  init() throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path + "/in/deep", withIntermediateDirectories: true)
    try manager.createDirectory(atPath: folder.path + "/other", withIntermediateDirectories: true)
    try Data("old".utf8).write(to: URL(fileURLWithPath: folder.path + "/in/a.txt"))
    try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/secret.txt"))
    try manager.createSymbolicLink(atPath: folder.path + "/in/link.txt", withDestinationPath: "../secret.txt")
    try manager.createSymbolicLink(atPath: folder.path + "/in/out", withDestinationPath: folder.path)
    access = FileAccess(folders: [folder.path + "/in", folder.path + "/missing"])
  }

  private func write(_ path: String, _ text: String = "new", overwrites: Bool = false) throws -> FileAccess.Written {
    try access.write(path.replacing("FOLDER", with: folder.path), overwrites: overwrites) { output in
      try output(Array(text.utf8))
    }
  }

  private func refusal(_ path: String, overwrites: Bool = false) -> String {
    do { return "written: \(try write(path, overwrites: overwrites))" } catch { return "\(error)" }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path)), as: UTF8.self)
  }

  private var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/in")) }
  }

  @Test(arguments: [60, 90, 200, 255])
  func `a name may be as long as the system allows`(length: Int) throws {
    let name = String(repeating: "n", count: length - 4) + ".csv"
    #expect(try write(name).size == 3)
    #expect(try names.contains(name) && !names.contains { $0.hasSuffix(".new") })
  }

  @Test(arguments: [".hidden.csv", ".\u{0301}hidden.csv", ".\u{200d}x.csv", "deep/.\u{0301}x.csv"])
  func `a name that begins with a dot is not written, whatever follows the dot`(path: String) {
    #expect(refusal(path).contains("begins with a dot"))
  }

  @Test func `a file is written, only for its owner`() throws {
    #expect(try write("b.txt", "text") == .init(path: folder.path + "/in/b.txt", size: 4))
    #expect(try text("in/b.txt") == "text")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/in/b.txt")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try write("deep/c.txt").path == folder.path + "/in/deep/c.txt")
    #expect(try write("FOLDER/in/d.txt").path == folder.path + "/in/d.txt")
    #expect(try names == ["a.txt", "b.txt", "d.txt", "deep", "link.txt", "out"])
  }

  @Test func `a file that is there is replaced only when told`() throws {
    #expect(refusal("a.txt").contains("overwrite: true"))
    #expect(try text("in/a.txt") == "old")
    _ = try write("a.txt", overwrites: true)
    #expect(try text("in/a.txt") == "new")
  }

  @Test(arguments: [
    ("link.txt", "symbolic link"), ("out/secret.txt", "symbolic link"), ("deep", "folder"), ("../b.txt", "\"..\""),
    ("FOLDER/b.txt", "not in a folder"), ("/etc/b.txt", "not in a folder"), ("nowhere/b.txt", "not there"),
    ("b/", "named like a folder"), ("", "no name"), ("b\0.txt", "no name"), ("a.txt/b.txt", "not followed"),
  ])
  func `no path leads out of the folders or through a link`(path: String, sentence: String) throws {
    let before = try names
    let refusal = refusal(path, overwrites: true)
    #expect(refusal.contains(sentence) && !refusal.hasPrefix("written"), "\(refusal)")
    #expect(try text("secret.txt") == "secret")
    #expect(try names == before)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/b.txt") == false)
  }

  @Test func `a text that cannot be made leaves nothing behind and the old file as it was`() throws {
    struct Failure: Error {}
    let before = try names
    for path in ["a.txt", "b.txt"] {
      #expect(throws: Failure.self) {
        try access.write(path, overwrites: true) { output in
          try output(Array("half".utf8))
          throw Failure()
        }
      }
    }
    #expect(try names == before)
    #expect(try text("in/a.txt") == "old")
  }

  @Test func `what a killed program has left is removed, and nothing else`() throws {
    let manager = FileManager.default
    let left = [".completion-kit-1abc.new", ".completion-kit-2.new", ".other.new", ".completion-kit-3.csv"]
    for name in left { try Data("half".utf8).write(to: URL(fileURLWithPath: folder.path + "/in/" + name)) }
    for name in left where name != left[1] {
      try manager.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: folder.path + "/in/" + name)
    }
    _ = try write("b.txt")
    #expect(try names.filter { $0.hasPrefix(".") } == Set(left.dropFirst()))
  }

  @Test func `a file that another program is writing is not removed`() throws {
    _ = try write("b.txt")
    _ = try access.write("c.txt", overwrites: false) { output in
      try output(Array("half".utf8))
      let unfinished = try #require(try names.first { $0.hasPrefix(".completion-kit-") })
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: folder.path + "/in/" + unfinished)
      _ = try write("d.txt")
      #expect(try names.contains(unfinished))
    }
    #expect(try names.isSuperset(of: ["b.txt", "c.txt", "d.txt"]) && !names.contains { $0.hasPrefix(".") })
  }

  @Test func `a relative path goes to the first folder there is, and only the program's own is made`() throws {
    let (chosen, own) = (folder.path + "/chosen", folder.path + "/own")
    let access = FileAccess(folders: [chosen, own], made: own)
    func write() throws -> String { try access.write("a.txt", overwrites: true) { try $0(Array("x".utf8)) }.path }
    #expect(try write() == own + "/a.txt")
    #expect(!FileManager.default.fileExists(atPath: chosen))
    try FileManager.default.createDirectory(atPath: chosen, withIntermediateDirectories: true)
    #expect(try write() == chosen + "/a.txt")
    #expect(try access.contents(of: "a.txt", atMost: 9).path.text == chosen + "/a.txt")
  }

  @Test func `a file that appears while another is written is not replaced`() throws {
    let path = folder.path + "/in/b.txt"
    #expect(throws: FileAccess.Refusal.self) {
      try access.write("b.txt", overwrites: false) { output in
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: path))
        try output(Array("ours".utf8))
      }
    }
    #expect(try text("in/b.txt") == "theirs")
    #expect(try names.filter { $0.hasPrefix(".") } == [])
  }

  @Test func `the first folder is made when it is needed, and no other`() throws {
    let access = FileAccess(folders: [folder.path + "/files", folder.path + "/missing"])
    _ = try access.write("a.csv", overwrites: false) { output in try output([1]) }
    #expect(try text("files/a.csv").utf8.count == 1)
    #expect(throws: FileAccess.Refusal.self) {
      try access.write(folder.path + "/missing/a.csv", overwrites: false) { output in try output([1]) }
    }
    #expect(FileManager.default.fileExists(atPath: folder.path + "/missing") == false)
  }

  @Test func `the store, its lock and files with a dot in front are out of reach`() throws {
    let store = folder.path + "/in/store.csv"
    for name in ["store.csv", "store.csv.lock"] {
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/in/" + name))
    }
    let access = FileAccess(folders: [folder.path + "/in"], store: store)
    for name in ["store.csv", "store.csv.lock", store] {
      #expect {
        _ = try access.write(name, overwrites: true) { try $0([1]) }
      } throws: { "\($0)".contains("the store itself") }
      #expect { _ = try access.read(name, atMost: 100) } throws: { "\($0)".contains("the store itself") }
    }
    #expect(try text("in/store.csv") == "mine")
    for name in [".env", ".git/hooks/x", "deep/.bashrc"] {
      #expect(refusal(name, overwrites: true).contains("begins with a dot"))
    }
  }
}
