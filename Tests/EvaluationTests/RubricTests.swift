import JSONCoding
import Store
import Testing

@testable import Evaluation

@Suite struct RubricTests {
  @Test func `a rubric has five bands from 5 to 1`() throws {
    let rubric = try Rubric([])
    #expect(rubric == .standard)
    #expect(rubric.bands.map(\.stars) == [5, 4, 3, 2, 1])
    #expect(rubric.bands.allSatisfy { !$0.description.isBlank })
    #expect(Set(rubric.bands.map(\.description)).count == 5)
  }

  @Test func `given bands replace the default texts, blank ones do not`() throws {
    let rubric = try Rubric([
      Rubric.Band(stars: 1, description: " useless "), Rubric.Band(stars: 5, description: "perfect"),
      Rubric.Band(stars: 3, description: " \n"),
    ])
    let standard = Rubric.standard.bands.map(\.description)
    #expect(rubric.bands.map(\.description) == ["perfect", standard[1], standard[2], standard[3], "useless"])
  }

  @Test(arguments: [0, 6, -1])
  func `stars beyond 1 to 5 are refused`(stars: Int) {
    #expect(throws: EvaluationError("A rubric band has \(stars) stars; stars are 1 to 5.")) {
      try Rubric([Rubric.Band(stars: stars, description: "x")])
    }
  }

  @Test func `two bands with the same stars are refused`() {
    let band = Rubric.Band(stars: 2, description: "x")
    #expect(throws: EvaluationError("There are two rubric bands with 2 stars; each of 5 to 1 may occur once.")) {
      try Rubric([band, band])
    }
  }

  @Test func `the built-in criterion has its own bands and no id`() {
    #expect(Criterion.agreement.metricID == nil)
    #expect(Criterion.agreement.rubric.bands.map(\.stars) == [5, 4, 3, 2, 1])
    #expect(zip(Criterion.agreement.rubric.bands, Rubric.standard.bands).allSatisfy { $0 != $1 })
  }
}
