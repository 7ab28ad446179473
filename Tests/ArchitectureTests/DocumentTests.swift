import Foundation
import Testing

/// The documents for contributors name only existing files and code.
@Suite struct `The documents` {
  private static let documents = ["Sources/README.md", "Tests/README.md", ".github/CONTRIBUTING.md"]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
  }

  @Test(arguments: documents)
  func `every named file and folder exists`(_ document: String) throws {
    let base = document == ".github/CONTRIBUTING.md" ? "" : document.prefix { $0 != "/" } + "/"
    let names = try Self.text(document).matches(of: /`([\w+.\/-]+\/[\w+.\/-]+|\w+\.swift)`/).map { String($0.output.1) }
    #expect(names.count >= 3)
    let all = try ["Sources", "Tests"].flatMap { try SourceTree.swiftFiles(in: $0).map(\.path) }
    for name in names {
      let exists = ["", base].contains { prefix in
        FileManager.default.fileExists(atPath: SourceTree.root.appending(path: prefix + name).path)
      }
      // A name without a folder must be the end of an existing path.
      #expect(exists || !name.contains("/") && all.contains { $0.hasSuffix("/\(name)") }, "\(name) in \(document)")
    }
  }

  @Test func `every example is part of its file`() throws {
    let guide = try Self.text(".github/CONTRIBUTING.md")
    let examples = guide.matches(of: /```swift\n\/\/ ([\w\/+.-]+)\n((?:.|\n)*?)```/)
    #expect(examples.count >= 3)
    for example in examples {
      #expect(try Self.text(String(example.output.1)).contains(String(example.output.2)), "\(example.output.1)")
    }
  }
}
