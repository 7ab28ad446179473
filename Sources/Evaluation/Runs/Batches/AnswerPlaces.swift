import Store

/// The places of a run's answers: those of the first answers of all rows, then those of the second ones.
///
/// The numbers stay when rows get more answers, and neighbouring rows have neighbouring places.
struct AnswerPlaces: Sendable {
  private let indices: [Int]
  let count: Int

  init(_ rows: RunRows, repeats: Int) {
    indices = rows.indices
    count = indices.count * repeats
  }

  /// The answer at a place; nil outside the run.
  func key(at place: Int) -> AnswerKey? {
    guard (0..<count).contains(place) else { return nil }
    return AnswerKey(rowIndex: indices[place % indices.count], repeatIndex: place / indices.count)
  }

  /// The place of an answer; nil outside the run.
  func place(of key: AnswerKey) -> Int? {
    let row = indices.partitioningIndex { $0 >= key.rowIndex }
    guard row < indices.count, indices[row] == key.rowIndex, key.repeatIndex >= 0 else { return nil }
    let place = key.repeatIndex * indices.count + row
    return place < count ? place : nil
  }
}

extension [ClosedRange<Int>] {
  /// The ranges of ascending numbers.
  init(of numbers: [Int]) {
    self.init()
    for number in numbers {
      if let last, last.upperBound == number - 1 {
        self[count - 1] = last.lowerBound...number
      } else {
        append(number...number)
      }
    }
  }

  /// Whether one of the ranges, which ascend, has a number.
  func holds(_ number: Int) -> Bool {
    let index = partitioningIndex { $0.upperBound >= number }
    return index < count && self[index].contains(number)
  }
}
