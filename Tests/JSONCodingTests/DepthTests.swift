import Foundation
import JSONCoding
import Testing

@Suite struct `The limit of nesting` {
  /// The brackets of a level of nesting, outermost first, repeated.
  enum Pattern: String, CaseIterable {
    case arrays
    case objects
    case mixed

    func text(levels: Int) -> JSONText {
      let open = (0..<levels).map { isArray($0) ? "[" : "{\"k\":" }.joined()
      let close = (0..<levels).reversed().map { isArray($0) ? "]" : "}" }.joined()
      return JSONText(open + "1" + close)
    }

    private func isArray(_ level: Int) -> Bool {
      switch self {
      case .arrays: true
      case .objects: false
      case .mixed: level % 3 != 1
      }
    }

    /// Offset of the bracket that opens this level.
    func offset(ofLevel level: Int) -> Int { (0..<level).reduce(0) { $0 + (isArray($1) ? 1 : 5) } }
  }

  @Test(arguments: Pattern.allCases)
  func `512 levels are read`(_ pattern: Pattern) throws {
    let text = pattern.text(levels: 512)
    var value = try text.parsed().get()
    var levels = 0
    while let inner = value.arrayValue?.first ?? value["k"] {
      value = inner
      levels += 1
    }
    #expect(levels == 512)
    #expect(value == 1)
    text.expectAgreement()
  }

  @Test(arguments: Pattern.allCases)
  func `the 513th level is refused where it opens`(_ pattern: Pattern) {
    let text = pattern.text(levels: 513)
    #expect(text.parsed() == .failure(JSONError(.tooDeep(limit: 512), at: pattern.offset(ofLevel: 512))))
    text.expectAgreement()
  }

  @Test(arguments: Pattern.allCases)
  func `the limit is reached before the stack of a small thread ends`(_ pattern: Pattern) async throws {
    let bytes = pattern.text(levels: 512).bytes
    let written = await withCheckedContinuation { continuation in
      let thread = Thread {
        continuation.resume(returning: Result { try JSONValue(parsing: bytes).encoded })
      }
      // Worker threads of macOS have 512 KiB; an optimized build needs 192 KiB, an unoptimized one up to 1,024.
      thread.stackSize = 1024 * 1024
      thread.start()
    }
    #expect(try written.get() == bytes)
  }

  @Test func `levels that were closed do not count`() throws {
    let element = String(repeating: "[", count: 511) + String(repeating: "]", count: 511)
    let text = JSONText("[" + Array(repeating: element, count: 5).joined(separator: ",") + "]")
    #expect(try text.parsed().get().arrayValue?.count == 5)
    text.expectAgreement()
  }
}
