extension Array {
  /// Up to a number of elements from all parts of the array, in its order, the same every time.
  ///
  /// The beginning alone would tell nothing of the rest where rows are sorted, and every n-th element nothing of rows that
  /// alternate. The places are multiples of the golden ratio, which fill any part evenly: D. E. Knuth, The Art of Computer
  /// Programming 3, section 6.4.
  func spreadSample(_ size: Int) -> [Element] {
    guard count > size else { return self }
    let ratio = 0.6180339887498949
    let places = (1...size).map { number in
      let place = Double(number) * ratio
      return Int((place - place.rounded(.down)) * Double(count))
    }
    return Set(places).sorted().map { self[$0] }
  }
}
