import Store

/// The order in which an experiment's generations count.
///
/// Evidence may be read at any time only if a new outcome comes behind the known ones. So outcomes count in the order in
/// which they were recorded, not in that of the generations.
///
/// A failed generation is a negative outcome. Only a part of the answers may ever get an outcome, and perhaps late. If
/// all failures counted at once, they would outweigh it. So a failure counts if the answer before it has an outcome, and
/// not before that one does. Failures before the first answer count with it.
enum OutcomeOrder {
  /// The generations that have, or had, an outcome, with the failed ones that count.
  ///
  /// - Parameter entries: the generations of one experiment, oldest first.
  static func counted(_ entries: [GenerationEntry]) -> [GenerationEntry] {
    var answer = entries.first { !$0.isFailed }
    var counted: [(entry: GenerationEntry, order: Int)] = []
    for entry in entries {
      if !entry.isFailed { answer = entry }
      if let order = entry.outcomeOrder ?? answer?.outcomeOrder { counted.append((entry, order)) }
    }
    return counted.sorted { ($0.order, $0.entry.id) < ($1.order, $1.entry.id) }.map(\.entry)
  }
}

extension [GenerationEntry] {
  /// The highest place of an outcome; 0 without any.
  var lastOutcomeOrder: Int { reduce(0) { Swift.max($0, $1.outcomeOrder ?? 0) } }
}
