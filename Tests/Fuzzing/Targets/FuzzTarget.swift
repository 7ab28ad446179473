import JSONCoding

/// A reader of bytes from outside, and what must hold whatever the bytes are.
///
/// The seeds of a target are the files of the folder of its name in Tests/Fuzzing/Seeds: texts that it accepts, and
/// each case that was found.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Throws ``FuzzFinding`` where a rule is violated.
  package let check: @Sendable ([UInt8]) throws -> Void

  /// Every target.
  package static let all = [
    json, lines, jsonRPC, csv, yaml, templates, serverSentEvents, judgeAnswers, storeDocuments, endpoints,
    regularExpressions, batchResults,
  ]
}

/// A violated rule.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws the finding unless a rule holds.
func require(_ holds: Bool, _ finding: @autoclosure () -> String) throws {
  if !holds { throw FuzzFinding(finding()) }
}

/// The value of a reader; nil if it refuses the bytes.
///
/// A refusal must be a sentence for clients that is not long.
func accepted<Value>(_ read: () throws -> Value) throws -> Value? {
  do { return try read() } catch let finding as FuzzFinding {
    throw finding
  } catch let error as any ClientFacingError {
    try require(!error.description.isEmpty, "a refusal says nothing: \(type(of: error))")
    try require(error.description.utf8.count < 20_000, "a refusal is endless: \(error.description.prefix(200))")
    return nil
  } catch {
    throw FuzzFinding("a refusal is no error for clients: \(type(of: error)): \(error)")
  }
}

/// The bytes in pieces whose sizes follow from the bytes, so that a case that was found fails again.
func pieces(of bytes: [UInt8]) -> [[UInt8]] {
  var state: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  var pieces: [[UInt8]] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let size = Int(state >> 59) + 1
    pieces.append(Array(rest.prefix(size)))
    rest = rest.dropFirst(size)
  }
  return pieces
}

/// The bytes in three ways: whole, one at a time, and in pieces of any size.
func arrivals(of bytes: [UInt8]) -> [[[UInt8]]] { [[bytes], bytes.map { [$0] }, pieces(of: bytes)] }
