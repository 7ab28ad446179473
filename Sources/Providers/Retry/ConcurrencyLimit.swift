/// How many calls may be under way: halved by a rate limit, climbing back by one for every full round of successes.
///
/// A burst of refusals counts once: each call carries the round in which it began, and a refusal of an earlier round
/// says nothing new about the lower limit.
package struct ConcurrencyLimit: Sendable, Equatable {
  package let maximum: Int
  /// How many calls may be under way now; at least 1.
  package private(set) var current: Int
  private var round = 0
  private var successes = 0

  /// What a call carries from its beginning to its end.
  package struct Ticket: Sendable, Equatable {
    fileprivate let round: Int
  }

  package init(_ maximum: Int) {
    self.maximum = max(1, maximum)
    current = max(1, maximum)
  }

  /// To be called as a call begins.
  package func begin() -> Ticket { Ticket(round: round) }

  /// A call was answered.
  package mutating func succeeded(_ ticket: Ticket) {
    guard current < maximum, ticket.round == round else { return }
    successes += 1
    if successes >= current {
      current += 1
      successes = 0
    }
  }

  /// A call was refused by a rate limit or an overload (``ProviderError/isRateLimit``).
  package mutating func limited(_ ticket: Ticket) {
    guard ticket.round == round else { return }
    round += 1
    successes = 0
    current = max(1, current / 2)
  }
}
