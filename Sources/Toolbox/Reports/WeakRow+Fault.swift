import Evaluation
import JSONCoding
import Store

extension WeakRow {
  /// What went wrong in an answer without the best score, in words that are the same for rows with the same fault.
  ///
  /// - Parameter hasClasses: whether the rows have so few expected values that each of them is a kind of its own.
  static func fault(of record: ResponseRecord, _ scoring: RunScoring, hasClasses: Bool) -> String {
    let answer = record.responseText ?? ""
    if record.finishReason == "length" { return "the answer was cut off at the token limit" }
    if answer.isBlank { return "the answer is empty" }
    if scoring.scorer.comparesTexts { return fault(of: answer, record.expectedOutput ?? "", scoring, hasClasses) }
    let reviews = scoring.reviews(of: record).compactMap { review in review.score.map { (review.metricName, $0) } }
    guard let lowest = reviews.map(\.1).min() else { return "it has no review" }
    let names = Set(reviews.filter { $0.1 == lowest }.map(\.0)).sorted().joined(separator: " and ")
    return "\(names): \(lowest.shortText)"
  }

  private static func fault(
    of answer: String, _ expected: String, _ scoring: RunScoring, _ hasClasses: Bool
  ) -> String {
    switch NearMisses.kind(answer, expected, scoring) {
    case .letterCase: return "right but for upper and lower case"
    case .surroundings: return "right but for punctuation or quotes around it"
    case .fence: return "right but for a code fence around it"
    case .several: return "right but for case, punctuation or a code fence"
    case .otherText: return "right, with other text around it"
    case nil: break
    }
    guard hasClasses else { return "another answer than the expected one" }
    let (wanted, given) = (expected.trimmed(), answer.trimmed())
    return "\(Clipping.clip(wanted, to: 60)) expected, \(given.count > 60 ? "a longer text" : given) answered"
  }
}

/// The rows of a run with the same fault.
struct FaultGroup: Sendable {
  let fault: String
  /// The worst first; equal rows are one.
  fileprivate(set) var groups: [WeakRowGroup]

  var rowIndices: [Int] { groups.flatMap(\.rowIndices).sorted() }

  /// The largest numbers of groups and of rows in one of them that are named.
  private static let mostNamed = 40
  private static let mostRows = 60

  /// Groups rows by fault, the most frequent fault first.
  static func all(of groups: [WeakRowGroup]) -> [FaultGroup] {
    var faults: [FaultGroup] = []
    var places: [String: Int] = [:]
    for group in groups {
      if let place = places[group.row.fault] {
        faults[place].groups.append(group)
      } else {
        places[group.row.fault] = faults.count
        faults.append(FaultGroup(fault: group.row.fault, groups: [group]))
      }
    }
    return faults.enumerated().sorted { first, second in
      let counts = (first.element.rowIndices.count, second.element.rowIndices.count)
      return counts.0 == counts.1 ? first.offset < second.offset : counts.0 > counts.1
    }.map(\.element)
  }

  /// The faults with all their rows, a line each.
  static func overview(_ faults: [FaultGroup]) -> String {
    var lines = faults.prefix(mostNamed).map { fault in
      let rows = fault.rowIndices
      let named = rows.prefix(mostRows).map(String.init).joined(separator: ", ")
      return "\(rows.count) \(rows.count == 1 ? "row" : "rows"): \(fault.fault) "
        + "(row_index \(named)\(rows.count > mostRows ? ", ..." : ""))"
    }
    if faults.count > mostNamed {
      let rest = faults[mostNamed...].reduce(0) { $0 + $1.rowIndices.count }
      lines.append("\(rest) rows: \(faults.count - mostNamed) other faults")
    }
    return lines.joined(separator: "\n")
  }

  /// Examples: the worst rows of each fault in turn.
  static func examples(_ faults: [FaultGroup], count: Int) -> [WeakRowGroup] {
    let longest = faults.map(\.groups.count).max() ?? 0
    let inTurn = (0..<longest).lazy.flatMap { place in
      faults.compactMap { $0.groups.indices.contains(place) ? $0.groups[place] : nil }
    }
    return Array(inTurn.prefix(count))
  }
}
