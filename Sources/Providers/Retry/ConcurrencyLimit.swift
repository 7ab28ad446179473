/// A limit on concurrent calls: a rate limit halves it, and every full round of successes raises it by one.
///
/// A burst of refusals counts once. Each call carries the round in which it began, and a refusal from an earlier round
/// says nothing about the lowered limit.
package struct ConcurrencyLimit: Sendable, Equatable {
  package let maximum: Int
  /// The current limit, at least 1.
  package private(set) var current: Int
  private var round = 0
  private var successes = 0

  /// A marker that a call carries from beginning to end.
  package struct Ticket: Sendable, Equatable {
    fileprivate let round: Int
  }

  package init(_ maximum: Int) {
    self.maximum = max(1, maximum)
    current = max(1, maximum)
  }

  /// Call as a call begins.
  package func begin() -> Ticket { Ticket(round: round) }

  /// Records an answered call.
  package mutating func succeeded(_ ticket: Ticket) {
    guard current < maximum, ticket.round == round else { return }
    successes += 1
    if successes >= current {
      current += 1
      successes = 0
    }
  }

  /// Records a call rejected by a rate limit or an overload (``ProviderError/isRateLimit``).
  package mutating func limited(_ ticket: Ticket) {
    guard ticket.round == round else { return }
    round += 1
    successes = 0
    current = max(1, current / 2)
  }
}
