extension Array {
  /// The position of the first element that belongs to the second part of an array, all of whose first part comes before
  /// it; the count if there is none.
  ///
  /// A binary search. It is public, as in `Array+InPlace.swift`.
  @inlinable public func partitioningIndex(where isInSecondPart: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
