import Store
import Testing

@Suite struct `Timestamps` {
  @Test(arguments: [0, 951_827_696_000, 1_795_243_512_000, 4_102_444_799_000] as [Int64])
  func `every millisecond is written as itself and read again`(_ second: Int64) {
    for millisecond in Int64(0)..<1000 {
      let timestamp = Timestamp(millisecondsSince1970: second + millisecond)
      let digits = String(millisecond)
      let fraction = String(repeating: "0", count: 3 - digits.count) + digits
      guard timestamp.description.hasSuffix(".\(fraction)Z"), Timestamp(parsing: timestamp.description) == timestamp
      else {
        Issue.record("\(timestamp.millisecondsSince1970) is written as \(timestamp)")
        return
      }
    }
  }

  @Test func `the time is UTC in the form of ISO 8601`() {
    #expect(Timestamp(millisecondsSince1970: 951_827_696_789).description == "2000-02-29T12:34:56.789Z")
    #expect(Timestamp(parsing: "2000-02-29T12:34:56Z") == Timestamp(millisecondsSince1970: 951_827_696_000))
    #expect(Timestamp(parsing: "yesterday") == nil)
  }
}
