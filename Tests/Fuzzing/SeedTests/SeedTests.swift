import Foundation
import FuzzTargets
import Testing

/// The rules of each fuzz target on its seeds, among which is each case that was found.
@Suite struct SeedTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Seeds")

  static let seeds: [(target: String, file: String)] = FuzzTarget.all.flatMap { target in
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: target.name).path)
    return (files ?? []).sorted().map { (target.name, $0) }
  }

  @Test func `every target has seeds`() {
    #expect(Set(Self.seeds.map(\.target)) == Set(FuzzTarget.all.map(\.name)))
    #expect(FuzzTarget.all.count >= 12)
  }

  @Test(arguments: seeds)
  func `the rules of a reader hold`(_ name: String, _ file: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name).appending(path: file)))
    #expect(throws: Never.self) { try target.check(bytes) }
    // Every beginning too: a text is often cut off.
    for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
      #expect(throws: Never.self, "\(end) bytes of \(file)") { try target.check(Array(bytes[..<end])) }
    }
  }
}
