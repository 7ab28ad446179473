import Testing

@testable import Providers

@Suite struct ConcurrencyLimitTests {
  @Test func `a burst of refusals halves once`() {
    var limit = ConcurrencyLimit(32)
    let tickets = (0..<32).map { _ in limit.begin() }
    for ticket in tickets { limit.limited(ticket) }
    #expect(limit.current == 16)
  }

  @Test func `refusals of the new round halve again, down to one`() {
    var limit = ConcurrencyLimit(5)
    var seen: [Int] = []
    for _ in 0..<4 {
      limit.limited(limit.begin())
      seen.append(limit.current)
    }
    #expect(seen == [2, 1, 1, 1])
  }

  @Test func `the limit rises by one for every full round of successes, up to its maximum`() {
    var limit = ConcurrencyLimit(4)
    limit.limited(limit.begin())
    var seen: [Int] = []
    for _ in 0..<8 {
      limit.succeeded(limit.begin())
      seen.append(limit.current)
    }
    #expect(seen == [2, 3, 3, 3, 4, 4, 4, 4])
  }

  @Test func `successes of an earlier round do not raise the limit`() {
    var limit = ConcurrencyLimit(2)
    let early = limit.begin()
    limit.limited(limit.begin())
    limit.succeeded(early)
    #expect(limit.current == 1)
    limit.succeeded(limit.begin())
    #expect(limit.current == 2)
  }

  @Test func `the limit is at least one`() {
    #expect(ConcurrencyLimit(0).current == 1)
  }
}
