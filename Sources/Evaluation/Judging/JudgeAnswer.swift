package import JSONCoding

/// A judge's answer, read strictly.
package struct JudgeAnswer: Sendable, Equatable {
  package let reasons: String
  /// 1 to 5.
  package let score: Int

  /// Reads the one JSON object of an answer.
  ///
  /// Text around the object, a code fence included, is ignored, and so is a block of `<think>` before it. The reader
  /// never looks for an object inside one that is broken: a response quoted there could then choose its own score. The
  /// score is an integer from 1 to 5, also written `4.0` or `"4"`.
  /// - Parameter material: what was judged; an object that stands there word for word is a quotation, not a judgement.
  package init(parsing text: String, of material: [String] = []) throws(JudgeAnswerError) {
    guard text.utf8.count <= Self.maxBytes else { throw .tooLong }
    let bytes = Array(Self.withoutThinking(text).utf8)
    let span = bytes.span
    guard let start = Self.objectStart(in: bytes, from: 0) else { throw .noObject }
    var reader = JSONReader(position: start)
    let value: JSONValue
    do throws(JSONError) {
      value = try reader.value(in: span)
    } catch {
      throw .invalidJSON(error)
    }
    guard Self.objectStart(in: bytes, from: reader.position) == nil else { throw .severalObjects }
    let object = String(decoding: bytes[start..<reader.position], as: UTF8.self)
    guard !material.contains(where: { $0.contains(object) }) else { throw .quotation }
    guard let reasons = value["reasons"]?.stringValue?.trimmed(), !reasons.isEmpty else { throw .noReasons }
    guard let score = value["score"], !score.isNull else { throw .noScore }
    guard let score = Self.integer(score), (1...5).contains(score) else { throw .invalidScore(score.text) }
    self.reasons = reasons
    self.score = score
  }

  private static let maxBytes = 65_536

  /// Where an object begins: a brace followed by a key or by the closing brace; other braces are prose.
  private static func objectStart(in bytes: [UInt8], from offset: Int) -> Int? {
    var position = offset
    while let brace = bytes[position...].firstIndex(of: ASCII.openBrace) {
      let next = bytes[(brace + 1)...].first { byte in
        byte != ASCII.space && byte != ASCII.lineFeed && byte != ASCII.carriageReturn && byte != ASCII.tab
      }
      if next == ASCII.quote || next == ASCII.closeBrace { return brace }
      position = brace + 1
    }
    return nil
  }

  private static func withoutThinking(_ text: String) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard start.hasPrefix("<think>") else { return text[...] }
    // Thoughts that were cut off are no answer yet.
    guard let end = start.firstRange(of: "</think>") else { return "" }
    return start[end.upperBound...]
  }

  private static func integer(_ value: JSONValue) -> Int? {
    switch value {
    case .integer(let number): Int(exactly: number)
    case .double(let number): Int(exactly: number)
    case .string(let digits): Int(digits.trimmed())
    default: nil
    }
  }
}

/// Why an answer is not a judgement, as the part of a sentence.
package enum JudgeAnswerError: ClientFacingError, Sendable, Equatable {
  case tooLong
  case noObject
  case severalObjects
  case quotation
  case invalidJSON(JSONError)
  case noReasons
  case noScore
  case invalidScore(String)

  package var description: String {
    switch self {
    case .tooLong: "it is far too long"
    case .noObject: "it holds no JSON object"
    case .severalObjects: "it holds more than one JSON object"
    case .quotation: "its JSON object is quoted from the material"
    case .invalidJSON(let error): "its JSON is not valid: \(error)"
    case .noReasons: "it has no text under \"reasons\""
    case .noScore: "it has no \"score\""
    case .invalidScore(let score): "the score is \(score.prefix(40)), not an integer from 1 to 5"
    }
  }
}
