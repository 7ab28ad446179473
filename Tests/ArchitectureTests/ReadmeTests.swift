import Foundation
import Testing

/// The README: its order, its length, and that what it names is there.
@Suite struct `The README` {
  private static func text() throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: "README.md"), encoding: .utf8)
  }

  /// The texts of the sections of the second level, by their headings, in their order.
  private static func sections() throws -> [(heading: String, text: String)] {
    try text().components(separatedBy: "\n## ").dropFirst().map { section in
      let lines = section.split(separator: "\n", maxSplits: 1)
      return (String(lines[0]), String(lines.last ?? ""))
    }
  }

  private static func section(_ heading: String) throws -> String {
    try #require(try sections().first { $0.heading == heading }).text
  }

  @Test func `the sections come in the order in which a user needs them`() throws {
    #expect(
      try Self.sections().map(\.heading) == [
        "Try it: no key, no network", "Install", "Connect", "A first conversation", "Real models", "Scripts and CI",
        "Costs", "Privacy and security", "Troubleshooting", "Upgrade, back up, uninstall", "Glossary", "Reference",
      ])
  }

  @Test func `there are fewer than 3,000 words before the reference`() throws {
    let text = try Self.text()
    let end = try #require(text.range(of: "\n## Reference\n"))
    let words = text[..<end.lowerBound].split { $0.isWhitespace }
    #expect((1_000..<3_000).contains(words.count), "\(words.count)")
  }

  @Test func `two commands set everything up`() throws {
    let commands = try Self.text().matches(of: /```console\n\$ (.+)\n```/).map { String($0.output.1) }
    #expect(commands == ["swift run completion-kit --try", "swift test"])
    let script = try String(contentsOf: SourceTree.root.appending(path: ".ci/run"), encoding: .utf8)
    #expect(commands.last.map(script.contains) == true)
  }

  /// The links to tests: the label, the file and the name of the test.
  private static func proofs() throws -> [(label: String, path: String, test: String)] {
    try text().matches(of: /(?m)^\[([a-z]+)\]: (\S+) "(.+)"$/).map {
      (String($0.output.1), String($0.output.2), String($0.output.3))
    }
  }

  @Test func `every sentence on security has a test that exists`() throws {
    let proofs = try Self.proofs()
    #expect(proofs.count >= 20 && Set(proofs.map(\.label)).count == proofs.count)
    for proof in proofs {
      let source = try String(contentsOf: SourceTree.root.appending(path: proof.path), encoding: .utf8)
      let names = ["def \(proof.test)(", "func `\(proof.test)`("]
      #expect(names.contains { source.contains($0) }, "\(proof.test) in \(proof.path)")
    }
    let section = try Self.section("Privacy and security")
    let used = Set(section.matches(of: /\[\[test\]\[([a-z]+)\]\]/).map { String($0.output.1) })
    #expect(used == Set(proofs.map(\.label)))
    // A sentence ends where its tests are named, so no full stop is followed by another sentence.
    let claims = section.replacing(/\*\*[^*]+\*\*/, with: "").components(separatedBy: "\n\n").dropFirst()
    #expect(claims.count == 5)
    for claim in claims {
      let sentences = claim.replacing("\n", with: " ").split(separator: /\.( |$)/)
      for (sentence, next) in zip(sentences, sentences.dropFirst() + [""]) {
        let begins = sentence.trimmingPrefix(/(?: ?\[\[test\]\[[a-z]+\]\])+/).trimmingPrefix(/\s+/)
        #expect(begins.isEmpty || next.hasPrefix("[[test]["), "\(begins)")
      }
    }
  }

  @Test func `every file that is linked exists`() throws {
    let paths = try Self.text().matches(of: /\]\(((?!http)[^)#]+)\)/).map { String($0.output.1) }
    #expect(paths.contains(".github/report.svg") && paths.contains(".github/GUIDE.md"))
    for path in paths {
      #expect(FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path), "\(path)")
    }
  }

  @Test func `the glossary explains ten words`() throws {
    let rows = try Self.section("Glossary").split(separator: "\n").filter { $0.hasPrefix("| ") }
    #expect(rows.count == 1 + 10)
  }

  @Test func `every client has a place for its log`() throws {
    let section = try Self.section("Troubleshooting")
    for name in ["Claude Code", "Claude Desktop", "Cursor", "VS Code", "Codex", "Zed", "Goose"] {
      #expect(section.contains("\n| \(name) |"), "\(name)")
    }
  }
}
