/// The prices of a vendor's models.
struct PriceList: Sendable {
  /// The billing of calls.
  enum Billing: Sendable {
    /// The vendor bills by its list.
    case list
    /// Calls are free, on a server on the user's machine or network.
    case freeOnOwnNetwork
  }

  let billing: Billing
  /// The names, made when they are asked for: the program should start without the list.
  private let names: @Sendable () -> [String]
  /// The price of a model, ignoring dates and spelling variants in its name.
  let price: @Sendable (String) -> ModelPrice?
  /// The factors on any price of a model at the vendor's own address (``ModelPrice/tierFactors``).
  let tierFactors: @Sendable (String) -> [String: Double]?

  init(
    billing: Billing = .list, models names: @autoclosure @escaping @Sendable () -> [String] = [],
    price: @escaping @Sendable (String) -> ModelPrice? = { _ in nil },
    tierFactors: @escaping @Sendable (String) -> [String: Double]? = { _ in nil }
  ) {
    self.billing = billing
    self.names = names
    self.price = price
    self.tierFactors = tierFactors
  }

  /// The names of the models in the list.
  var models: [String] { names() }

  /// The day of the lists.
  static let date = "2026-11-25"
  /// The list of a vendor that reports prices with its answers, or whose prices are unknown.
  static let unknown = PriceList()
}
