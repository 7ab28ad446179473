import Evaluation
import JSONCoding

extension ReportBlock {
  /// A mean with its interval, as one line of a plot.
  struct Estimate: Sendable {
    let name: String
    /// What the name stands for, such as the version of a prompt.
    var note = ""
    /// Nil if unknown.
    let mean: Double?
    let interval: ClosedRange<Double>?
    /// The mean as text, if it is known.
    let meanText: String
    let intervalText: String
    let count: String
    /// `this` for the subject of the report, or the word of a verdict.
    var mark: String?

    fileprivate var json: JSONValue {
      [
        "name": .string(name), "note": .string(note), "mean": .optional(mean), "text": .string(meanText),
        "low": .optional(interval?.lowerBound), "high": .optional(interval?.upperBound),
        "interval": .string(intervalText), "mark": .optional(mark),
      ]
    }
  }

  /// An interval plot.
  ///
  /// - Parameters:
  ///   - axis: the quantity and its unit.
  ///   - bounds: the scale; nil for the range of the intervals.
  ///   - interval: the heading of the intervals; differences name the level of each.
  ///   - counted: the heading of the numbers behind each mean.
  ///   - hasZero: whether the axis has a line at 0, as differences do.
  static func intervals(
    _ title: String, axis: String, bounds: ClosedRange<Double>?, interval: String = "95 % interval",
    counted: String = "rows", hasZero: Bool = false, _ points: [Estimate]
  ) -> ReportBlock? {
    if points.isEmpty { return nil }
    let table = ReportTable(
      ["", "mean", interval, counted],
      points.map { point in
        [
          point.note.isEmpty ? point.name : "\(point.name) (\(point.note))", point.meanText, point.intervalText,
          point.count,
        ]
      })
    return ReportBlock(
      .intervals, title, table,
      [
        "axis": .string(axis), "bounds": bounds.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null,
        "zero": .bool(hasZero), "points": .array(points.map(\.json)),
      ])
  }

  /// A bar for each value, side by side for several series.
  static func bars(
    _ title: String, axis: String, unit: String, labels: [String], series: [(name: String, counts: [Int])]
  ) -> ReportBlock? {
    guard let first = series.first, first.counts.contains(where: { $0 > 0 }) else { return nil }
    let table = ReportTable(
      [axis] + series.map { series.count == 1 ? unit : $0.name },
      labels.indices.map { index in [labels[index]] + series.map { "\($0.counts[index])" } })
    return ReportBlock(
      .bars, title, table,
      [
        "axis": .string(axis), "unit": .string(unit), "labels": ReportTable.strings(labels),
        "series": .array(
          series.map { ["name": .string($0.name), "counts": .array($0.counts.map(JSONValue.int))] }),
      ])
  }

  /// One bar a line, divided into parts whose colours say what they are.
  ///
  /// - Parameter parts: the names of the parts, the good one first and the bad one last.
  static func shares(_ title: String, parts: [String], lines: [(name: String, counts: [Int])]) -> ReportBlock? {
    if lines.allSatisfy({ $0.counts.allSatisfy { $0 == 0 } }) { return nil }
    return ReportBlock(
      .shares, title, ReportTable([""] + parts, lines.map { line in [line.name] + line.counts.map(String.init) }),
      [
        "parts": ReportTable.strings(parts),
        "lines": .array(lines.map { ["name": .string($0.name), "counts": .array($0.counts.map(JSONValue.int))] }),
      ])
  }

  /// A point of a plot of cost against score.
  struct Choice: Sendable {
    let name: String
    let cost: Double
    let score: Double
    let interval: ClosedRange<Double>?
    /// `frontier`, `perhaps_beaten`, `beaten`; nil where that is not decided.
    var standing: String?
    var reason: String?
    var isSubject = false

    fileprivate var json: JSONValue {
      [
        "name": .string(name), "x": .double(cost), "y": .double(score), "low": .optional(interval?.lowerBound),
        "high": .optional(interval?.upperBound), "standing": .optional(standing), "subject": .bool(isSubject),
        "text": .string("\(name): \(ScoreEstimate.text(score)) for \(Dollars.text(cost))"),
      ]
    }
  }

  /// Cost against score.
  static func scatter(
    _ title: String, cost: String, score: String, bounds: ClosedRange<Double>?, _ points: [Choice]
  ) -> ReportBlock? {
    if points.isEmpty { return nil }
    let isDecided = points.contains { $0.standing != nil }
    let table = ReportTable(
      ["", cost, score, "95 % interval"] + (isDecided ? ["standing", "why"] : []),
      points.map { point in
        [
          point.name, Dollars.text(point.cost), ScoreEstimate.text(point.score),
          point.interval?.text ?? ReportTable.unknown,
        ]
          + (isDecided
            ? [point.standing?.replacing("_", with: " ") ?? ReportTable.unknown, point.reason ?? ""] : [])
      })
    return ReportBlock(
      .scatter, title, table,
      [
        "x": .string(cost), "y": .string(score),
        "bounds": bounds.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null,
        "points": .array(points.map(\.json)),
      ])
  }

  /// The answers by expected value.
  static func confusion(_ title: String, _ confusion: Confusion) -> ReportBlock {
    let columns = confusion.columns
    let table = ReportTable(
      ["expected"] + columns,
      zip(confusion.classes, columns).map { found, label in [label] + found.answers.map(String.init) })
    return ReportBlock(.confusion, title, table)
  }
}
