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
  private static func items(_ folder: String) -> [FileAccess.Item] {
    let tree: [String: [FileAccess.Item]] = [
      "": [.init(name: "a", isFolder: true), .init(name: "t.yaml", isFolder: false)],
      "a": [
        .init(name: "b", isFolder: true), .init(name: "t.yaml", isFolder: false), .init(name: "x.csv", isFolder: false),
      ],
      "a/b": [.init(name: "t.yaml", isFolder: false), .init(name: "u.yaml", isFolder: true)],
    ]
    return tree[folder] ?? []
  }

  @Test(arguments: [
    ("*.yaml", ["t.yaml"]), ("a/*", ["a/t.yaml", "a/x.csv"]), ("*/t.*", ["a/t.yaml"]), ("a/*/*", ["a/b/t.yaml"]),
    ("**/*.yaml", ["t.yaml", "a/t.yaml", "a/b/t.yaml"]), ("./a/**/t.yaml", ["a/t.yaml", "a/b/t.yaml"]), ("c/*", []),
  ])
  func `a pattern names files and no folders`(pattern: String, paths: [String]) throws {
    #expect(Set(try FilePattern(pattern).paths(in: Self.items)) == Set(paths))
  }

  @Test func `what else a pattern may have is refused`() {
    #expect { _ = try FilePattern("{a,b}/*.yaml") } throws: { "\($0)".contains("one by one") }
  }
}
