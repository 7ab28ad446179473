import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// Laws of result files, whatever a server writes into them.
@Suite struct BatchResultLawTests {
  private static let oddities: [JSONValue] = [
    nil, true, 0, -1, 1.5, "", "text", [], [nil], [:], ["error": "x"], ["message": "x"], ["code": "batch_expired"],
    ["type": "error", "error": ["type": "overloaded_error", "message": "\(testKey)"]], ["choices": []],
    ["choices": [["message": ["content": "Hi"]]]], ["content": [["type": "text", "text": "\(testKey)"]]],
    ["usage": ["prompt_tokens": 1e300, "completion_tokens": -5]], ["status_code": 200], ["status_code": 999],
    ["status_code": 200, "body": ["choices": [["message": ["content": "Hi"]]]]],
    ["status_code": 500, "body": nil], ["type": "succeeded"], ["type": "errored"], ["type": "expired"],
    ["type": "succeeded", "message": ["content": [], "stop_reason": "max_tokens"]],
  ]

  private struct Vendors {
    let vendor: Vendor
    let members: [String]
    let batch: BatchStatus
  }

  private static let vendors = [
    Vendors(
      vendor: .openai, members: ["response", "error"],
      batch: BatchStatus(id: "b", phase: .ended, word: "completed", files: ["f"])),
    Vendors(
      vendor: .anthropic, members: ["result"],
      batch: BatchStatus(id: "b", phase: .ended, word: "ended", files: ["https://api.anthropic.com/x"])),
  ]

  @Test(arguments: [0, 1])
  func `every line is a result or is counted, and no key leaves`(_ index: Int) async throws {
    let kind = Self.vendors[index]
    var lines: [JSONValue] = Self.oddities
    for id in [JSONValue.string("r"), nil, 5] {
      for first in Self.oddities {
        for second in kind.members.count > 1 ? Self.oddities : [nil] {
          var line: JSONObject = ["custom_id": id]
          for (member, value) in zip(kind.members, [first, second]) { line[member] = value }
          lines.append(.object(line))
        }
      }
    }
    let text = lines.map { $0.text + "\n" }.joined()
    let files = FakeStreaming(.results(text), pieceSize: 999)
    let (groups, error) = try await batchService(kind.vendor, files: files).collected(kind.batch)
    let results = groups.flatMap(\.self)
    let message = try #require(error?.message)
    let others = try #require(Int(message.split(separator: " ").drop { $0 != "and" }.dropFirst().first ?? ""))
    #expect(results.count + others + 1 == lines.count)
    #expect(results.allSatisfy { $0.id == "r" } && !results.isEmpty)
    for result in results {
      #expect(result.error?.message.contains(testKey) != true && result.completion?.text.contains(testKey) != true)
      #expect(result.completion?.usage.map { $0.serviceTier == "batch" } ?? true)
      #expect(result.error.map { !$0.message.isEmpty } ?? true)
    }
  }

  @Test(arguments: [0, 1])
  func `a file that ends anywhere yields its whole lines, and an error unless nothing is missing`(
    _ index: Int
  ) async throws {
    let kind = Self.vendors[index]
    let line =
      index == 0
      ? try fileResult("r") : try messageResult("r", #"{"type":"succeeded","message":\#(messagesAnswer)}"#)
    let text = line + line
    for end in stride(from: 0, through: text.utf8.count, by: 7) {
      let part = String(decoding: text.utf8.prefix(end), as: UTF8.self)
      let files = FakeStreaming(.results(part), pieceSize: 64)
      let (groups, error) = try await batchService(kind.vendor, files: files).collected(kind.batch)
      let whole = part.split(separator: "\n").filter { (try? JSONValue(parsing: String($0))) != nil }.count
      #expect(groups.flatMap(\.self).count == whole)
      #expect((error == nil) == (part.split(separator: "\n").count == whole))
    }
  }
}
