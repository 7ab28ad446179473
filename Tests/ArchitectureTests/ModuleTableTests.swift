import Testing

/// SwiftPM lets a target import its dependencies' dependencies; these tests do not.
@Suite struct `The module table` {
  /// The modules that each module may import: imports point down only.
  static let allowed: [String: Set<String>] = [
    "JSONCoding": [],
    "JSONRPC": ["JSONCoding"],
    "MCP": ["JSONRPC", "JSONCoding"],
    "Store": ["JSONCoding"],
    "CCurl": [],
    "Providers": ["CCurl", "JSONCoding"],
    "Evaluation": ["Store", "Providers", "JSONCoding"],
    "Toolbox": ["JSONCoding", "JSONRPC", "MCP", "Store", "Providers", "Evaluation"],
    "completion-kit": ["JSONCoding", "JSONRPC", "MCP", "Store", "Providers", "Evaluation", "Toolbox"],
  ]

  /// The same for folders of Tests whose fixtures are shared.
  static let testSupport: [String: Set<String>] = [
    "TestSupport": [], "ProvidersTestSupport": ["TestSupport", "Providers", "JSONCoding"],
  ]

  /// The toolchain's own libraries that the program may use.
  static let toolchain: Set<String> = [
    "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Darwin",
  ]

  @Test func `every module has a row, and every row a module`() throws {
    #expect(Set(try SourceTree.folders(in: "Sources")) == Set(Self.allowed.keys))
  }

  @Test func `a file imports only what its module's row allows`() throws {
    let shared = try SourceTree.swiftFiles(in: "Tests").filter { Self.testSupport.keys.contains($0.module) }
    #expect(Set(shared.map(\.module)) == Set(Self.testSupport.keys))
    for file in try SourceTree.swiftFiles(in: "Sources") + shared {
      let allowed = Self.toolchain.union(Self.allowed[file.module] ?? Self.testSupport[file.module] ?? [])
      let others = file.imports.filter { !allowed.contains($0) }
      #expect(others.isEmpty, "\(file)")
    }
  }

  @Test func `code shared by two test targets is in neither`() throws {
    var owners: [String: String] = [:]
    let type = /^(?:package )?(?:final )?(?:struct|class|enum|actor) (\w+)/.anchorsMatchLineEndings()
    for file in try SourceTree.swiftFiles(in: "Tests") {
      for name in file.text.matches(of: type).map({ String($0.output.1) }) {
        let owner = owners.updateValue(file.module, forKey: name)
        #expect(owner == nil || owner == file.module, "\(name) is in \(owner ?? "") and in \(file)")
      }
    }
  }

  @Test func `HTTP is named in the providers only`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") where file.module != "Providers" {
      #expect(!file.imports.contains("CCurl"), "\(file)")
    }
  }

  @Test func `Foundation is imported only where there is no smaller library`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") where file.imports.contains("Foundation") {
      #expect(file.imports.contains("FoundationEssentials"), "\(file)")
    }
  }

  @Test(arguments: [
    ("import Store", ["Store"]),
    ("package import JSONCoding", ["JSONCoding"]),
    ("@preconcurrency import Foundation\n  @_spi(Testing) public import MCP", ["Foundation", "MCP"]),
    ("#if canImport(Darwin)\n  import Darwin\n#endif", ["Darwin"]),
    ("import struct Foundation.URL", ["Foundation"]),
    ("// import Store\nlet important = 1 // import MCP\nlet text = \"import Store\"", []),
  ])
  func `an import line is found in any form`(_ text: String, _ modules: [String]) {
    #expect(SourceFile(path: "Sources/Store/Some.swift", text: text).imports == modules)
  }
}
