import Testing

@testable import JSONCoding

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("txt", "text"),
    ("Expected Output", "expected_output"),
    ("expectedoutput", "expected_output"),
    ("qestion", "question"),
    ("QUESTION", "question"),
    ("zebra", nil),
    ("", nil),
  ])
  func `the nearest column is found`(name: String, nearest: String?) {
    #expect(NearestName.of(name, among: ["text", "question", "expected_output"]) == nearest)
  }

  @Test func `a very long name is close to nothing`() {
    let fitting = String(repeating: "x", count: NearestName.lengthLimit)
    #expect(NearestName.of(fitting, among: [fitting]) == fitting)
    #expect(NearestName.of(fitting + "x", among: [fitting + "x"]) == nil)
  }

  @Test(arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2)])
  func `the distance counts edits`(left: String, right: String, distance: Int) {
    #expect(NearestName.distance(Array(left), Array(right)) == distance)
  }
}
