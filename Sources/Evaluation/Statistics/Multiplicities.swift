extension [Double] {
  /// The distinct numbers and how often each occurs, in ascending order, because sums of doubles depend on their order.
  var multiplicities: [(difference: Double, count: Double)] {
    Dictionary(grouping: self, by: \.self).sorted { $0.key < $1.key }
      .map { (difference: $0.key, count: Double($0.value.count)) }
  }
}
