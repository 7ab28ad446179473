import Testing

@testable import Evaluation

@Suite struct SpreadSampleTests {
  @Test(arguments: [40, 100, 300, 301, 5_000])
  func `a sample has its share of each part and of rows that alternate`(count: Int) {
    let sample = Array(0..<count).spreadSample(100)
    #expect(sample == sample.sorted() && Set(sample).count == sample.count)
    guard count > 100 else { return #expect(sample.count == count) }
    #expect(sample.count > 75 && sample.count <= 100)
    let half = sample.count / 2
    for part in [sample.count { $0 < count / 2 }, sample.count { $0.isMultiple(of: 2) }] {
      #expect(abs(part - half) <= 12, "\(part) of \(sample.count)")
    }
  }
}
