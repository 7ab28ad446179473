import Testing

@Suite struct `House rules` {
  @Test(arguments: [("Sources", 400), ("Tests", 600)])
  func `no file exceeds its limit`(_ folder: String, _ limit: Int) throws {
    let files = try SourceTree.swiftFiles(in: folder)
    #expect(!files.isEmpty)
    for file in files {
      #expect(file.lineCount <= limit, "\(file)")
    }
  }

  @Test func `C is under 200 lines`() throws {
    let files = try SourceTree.cFiles(in: "Sources")
    #expect(files.count == 2 && files.map(\.lineCount).reduce(0, +) < 200)
  }

  /// Constructs that the program's code does not use.
  static var banned: [(name: String, pattern: Regex<Substring>)] {
    [
      ("try!", #/\btry!/#),
      ("as!", #/\bas!/#),
      ("Any", #/\bAny\b/#),
      ("Codable", #/\b(?:Codable|Encodable|Decodable|JSONEncoder|JSONDecoder|JSONSerialization)\b/#),
    ]
  }

  @Test func `the program has no forced tries, no casts and no untyped values`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") {
      for rule in Self.banned {
        #expect(file.lines(matching: rule.pattern) == [], "\(rule.name) in \(file)")
      }
    }
  }

  /// Calls that take a task's own lock.
  private static var waking: Regex<Substring> {
    #/\.(?:yield|resume)\(|\.cancel\(\)|(?:bell|continuation|report|waiter)\.finish\(\)/#
  }

  @Test func `no task is woken while a lock is held`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") {
      #expect(file.lockedLines(matching: Self.waking) == [], "\(file)")
    }
  }

  @Test func `a task that is woken under a lock is found`() {
    let file = SourceFile(
      path: "Sources/Store/Some.swift",
      text: """
        let waiter = state.withLock { state in
          defer { state.waiter = nil }
          return state.waiter
        }
        waiter?.resume()
        state.withLock { $0.bell.yield() }
        state.withLock { state in
          for waiter in state.waiters { waiter.resume() }
          state.report.finish()
        }
        """)
    #expect(file.lockedLines(matching: Self.waking) == [6, 8, 9])
  }

  private static var lockOfFunction: Regex<Substring> { #/\bMutex<\(?(?:@\w+ )*\([^<>]*\) (?:async |throws )*->/# }

  /// Each access would wrap the function once more, in memory and on the stack of its calls.
  @Test func `no lock guards a bare function`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") {
      #expect(file.lines(matching: Self.lockOfFunction) == [], "\(file)")
    }
  }

  @Test func `a lock that guards a bare function is found`() {
    let file = SourceFile(
      path: "Sources/Store/Some.swift",
      text: """
        let first = Mutex<(@Sendable (Int) -> Void)?>(nil)
        let second = Mutex<() -> Void>({})
        let third = Mutex<(calls: [Int], count: Int)>(([], 0))
        let fourth = Mutex<@Sendable (Int) -> Int>({ $0 })
        """)
    #expect(file.lines(matching: Self.lockOfFunction) == [1, 2, 4])
  }

  @Test func `nothing is left to do`() throws {
    for file in try SourceTree.swiftFiles(in: "Sources") {
      let marks = file.text.matches(of: #/\b(?:TODO|FIXME|XXX|HACK)\b/#)
      #expect(marks.isEmpty, "\(file)")
    }
  }

  @Test(arguments: ["Sources", "Tests"])
  func `no merge is half done`(_ folder: String) throws {
    let marks = ["<", ">"].map { String(repeating: $0, count: 7) + " " }
    for file in try SourceTree.swiftFiles(in: folder) {
      let found = file.text.split(separator: "\n").filter { line in marks.contains { line.hasPrefix($0) } }
      #expect(found.isEmpty, "\(file)")
    }
  }

  @Test func `rules are about code, not about comments and strings`() {
    let file = SourceFile(
      path: "Sources/Store/Some.swift",
      text: """
        /// Any text, as! it stands.
        let text = "try! Any \\" as! thing" // Any
        let value: [String: Any] = try! load() as! Thing
        let other: AnyHashable = any
        """)
    #expect(Self.banned.prefix(3).map { file.lines(matching: $0.pattern) } == [[3], [3], [3]])
    #expect(file.lineCount == 4)
  }
}
