import Store
import Testing

@testable import Evaluation

/// Patterns of files in imported configurations.
@Suite struct FilePatternTests {
  @Test(arguments: [
    ("a.yaml", "*.yaml", true), ("a.yml", "*.yaml", false), ("tests-1.csv", "tests*.csv", true),
    ("tests.csv", "tests*.csv", true), ("abcabd", "a*abd", true), ("abc", "a?c", true), ("ac", "a?c", false),
    ("aXbXc", "*X*", true), ("", "*", true), ("a", "", false), ("a*b", "a*b", true),
  ])
  func `a star stands for any part of a name`(name: String, pattern: String, matches: Bool) {
    #expect(FilePattern.matches(name[...], pattern[...]) == matches)
  }

  /// Lists the folders of a tree.
  private static func items(_ folder: FilePath) -> [FileAccess.Item] {
    let tree: [String: [FileAccess.Item]] = [
      ".": [.init(name: "a", .folder), .init(name: "l.yaml", .link), .init(name: "t.yaml", .file)],
      "a": [.init(name: "b", .folder), .init(name: "t.yaml", .file), .init(name: "x.csv", .file)],
      "a/b": [.init(name: "t.yaml", .file), .init(name: "u.yaml", .folder)],
    ]
    return tree[folder.text] ?? []
  }

  @Test(arguments: [
    ("t*.yaml", ["t.yaml"]), ("a/*", ["a/t.yaml", "a/x.csv"]), ("*/t.*", ["a/t.yaml"]), ("a/*/*", ["a/b/t.yaml"]),
    ("**/t*.yaml", ["t.yaml", "a/t.yaml", "a/b/t.yaml"]), ("./a/**/t.yaml", ["a/t.yaml", "a/b/t.yaml"]), ("c/*", []),
    ("a/**", ["a/t.yaml", "a/x.csv", "a/b/t.yaml"]), ("**/**/x.*", ["a/x.csv"]), ("*/x.csv", ["a/x.csv"]),
  ])
  func `a pattern names files and no folders`(pattern: String, paths: [String]) throws {
    #expect(Set(try FilePattern(pattern).matches(in: Self.items).paths) == Set(paths))
  }

  @Test func `links with such a name are told`() throws {
    let found = try FilePattern("*.yaml").matches(in: Self.items)
    #expect(found.paths == ["t.yaml"] && found.links == ["l.yaml"])
  }

  /// Every folder has two folders, so that the paths through them are many.
  @Test func `several double stars look into each folder once`() throws {
    var listings = 0
    let pattern = try FilePattern("**/a/**/a/**/a/**/a/**/x.yaml")
    _ = try pattern.matches { path in
      listings += 1
      return path.names.count < 7 ? [.init(name: "a", .folder), .init(name: "b", .folder)] : []
    }
    #expect(listings < 5_000)
  }

  @Test func `too many files, and folders that are nested too deep, are refused`() throws {
    #expect {
      _ = try FilePattern("*").matches { _ in (0...1_000).map { .init(name: "\($0)", .file) } }
    } throws: { "\($0)".contains("more than 1000 files") }
    #expect {
      _ = try FilePattern("**/x").matches { _ in [.init(name: "a", .folder)] }
    } throws: { "\($0)".contains("nested too deep") }
  }

  @Test func `what else a pattern may have is refused`() {
    #expect { _ = try FilePattern("{a,b}/*.yaml") } throws: { "\($0)".contains("one by one") }
  }
}
