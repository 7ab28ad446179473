import JSONCoding
import Store
import Testing

@testable import Evaluation

@Suite struct SchemaCheckTests {
  private func warning(_ reasons: SchemaFault.Reason..., valid: Int = 0) throws -> String? {
    let settings = try RequestSettings(["response_schema": ["type": "object"]])
    var check = try #require(try SchemaCheck([], settings))
    for _ in 0..<valid { check.add(nil) }
    for reason in reasons { check.add(SchemaFault(reason, "x")) }
    return check.warning
  }

  @Test func `only a reason that prevails is called the most frequent`() throws {
    #expect(try warning(valid: 2) == nil)
    #expect(try warning(.notJSON)?.hasPrefix("The only answer does not satisfy response_schema because") == true)
    let alike = try warning(.notJSON, .notJSON, valid: 1)
    #expect(alike?.hasPrefix("2 of 3 answers do not satisfy response_schema because the answer is no JSON. ") == true)
    let most = try warning(.notJSON, .missingKey, .missingKey)
    #expect(most?.contains(", most often because a required key is missing (2 of them). ") == true)
    let equal = try warning(.extraKey, .notJSON)
    #expect(equal?.contains(" because the answer is no JSON (1), a key is not in the schema (1). ") == true)
    let many = try warning(.notJSON, .codeFence, .truncated, .missingKey, .wrongType)
    #expect(many?.contains("most often") == false && many?.contains(", and for other reasons (2). ") == true)
  }
}
