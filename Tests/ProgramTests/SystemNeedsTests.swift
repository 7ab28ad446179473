import Testing

@testable import completion_kit

@Suite struct SystemNeedsTests {
  @Test func `a system with processes has all that the program needs`() throws {
    try SystemNeeds.check()
  }

  @Test func `a missing folder of processes is named`() {
    let error = #expect(throws: SystemNeeds.Missing.self) { try SystemNeeds.checkProcesses(at: "/no/such/proc") }
    #expect(error?.description.contains("/no/such/proc") == true)
  }
}
