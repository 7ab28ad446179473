import JSONCoding

/// The metrics by which rows with assertions of their own are scored, and the columns with each row's values.
///
/// A metric of some rows applies only where its column is not empty: a check by its argument `when`, and a judge's because
/// its instruction is the column.
struct ImportCriteria {
  /// One kind of assertion; the second of a kind in a row is another criterion.
  private struct Criterion {
    let first: ImportedAssertion
    let number: Int
    /// The values of each row that has it.
    var texts: [Int: [String]] = [:]
    /// The columns of the values; empty if they are the same in every row.
    var columns: [String] = []
    /// The column that is empty for rows without it; nil if all rows have it.
    var when: String?

    /// Whether the column ``when`` has nothing else to say.
    var isMarked: Bool { when.map { !columns.contains($0) } ?? false }
    var allColumns: [String] { columns + (isMarked ? [when].compactMap(\.self) : []) }

    /// The texts for ``allColumns`` of a row.
    func cells(ofRow index: Int) -> [String] {
      guard let texts = texts[index] else { return allColumns.map { _ in "" } }
      // A list that is shorter than others repeats its last text, which changes nothing.
      return columns.indices.map { beginning + texts[min($0, texts.count - 1)] } + (isMarked ? ["yes"] : [])
    }

    /// What a judge's texts begin with in their column; an instruction that can be empty has no text beside its column.
    private var beginning: String {
      if when != nil, case .judge(let beginning, _, _, _) = first.rule { beginning } else { "" }
    }
  }

  private var criteria: [Criterion] = []
  private let rows: [ImportDraft.Row]
  private let inputColumns: [String]
  /// Whether a column has the number of each row.
  private let isNumbered: Bool
  private var numberColumn = "row"

  init(_ given: [ImportDraft.Row]) {
    rows = Self.filled(given)
    var places: [String: Int] = [:]
    var columns: [String] = []
    var seen: Set<String> = []
    for (index, row) in rows.enumerated() {
      for (column, _) in row.values where seen.insert(column).inserted { columns.append(column) }
      var counts: [String: Int] = [:]
      for assertion in row.assertions {
        let number = counts[assertion.key, default: 0] + 1
        counts[assertion.key] = number
        let key = "\(assertion.key)\u{1f}\(number)"
        let place = places[key] ?? criteria.count
        if place == criteria.count {
          places[key] = place
          criteria.append(Criterion(first: assertion, number: number))
        }
        criteria[place].texts[index] = assertion.texts
      }
    }
    // A row without any value would be taken for an empty line.
    isNumbered = rows.contains { row in row.values.allSatisfy { $0.text.isBlank } }
    inputColumns = columns
    while seen.contains(numberColumn) { numberColumn += "_" }
    seen.insert(numberColumn)
    for index in criteria.indices { nameColumns(of: index, &seen) }
  }

  /// The rows with the texts of judges' templates that not all of them have: these texts go to a column, in which no
  /// variable is filled.
  private static func filled(_ rows: [ImportDraft.Row]) -> [ImportDraft.Row] {
    var counts: [String: Int] = [:]
    for row in rows {
      for key in Set(row.assertions.lazy.filter(\.isTemplate).map(\.key)) { counts[key, default: 0] += 1 }
    }
    return rows.map { row in
      var row = row
      for index in row.assertions.indices where row.assertions[index].isTemplate {
        if counts[row.assertions[index].key] == rows.count { continue }
        row.assertions[index].rule = row.assertions[index].rule.filled { column in row[column] ?? "" }
      }
      return row
    }
  }

  /// Names the columns of a criterion whose values differ, could be mistaken for variables, or say to which rows it
  /// applies.
  private mutating func nameColumns(of index: Int, _ taken: inout Set<String>) {
    let criterion = criteria[index]
    let values = Array(criterion.texts.values)
    guard let first = values.first else { return }
    let isEverywhere = values.count == rows.count
    let isConstant =
      values.allSatisfy { $0 == first } && (criterion.first.isTemplate || first.allSatisfy(Self.isPlain))
    if isEverywhere, isConstant { return }
    let most = values.map(\.count).max() ?? 0
    let base = Slug.of(criterion.first.label) + (criterion.number > 1 ? "_\(criterion.number)" : "")
    for number in 0..<most {
      criteria[index].columns.append(
        Self.unique(most == 1 ? "\(base)_value" : "\(base)_value_\(number + 1)", &taken))
    }
    if isEverywhere { return }
    // An empty text to compare with does not say that there is nothing to compare.
    let says = most > 0 && !values.contains { $0[0].isBlank }
    criteria[index].when = says ? criteria[index].columns[0] : Self.unique("\(base)_applies", &taken)
  }

  /// The name, or the first copy of it that is not taken.
  private static func unique(
    _ name: String, _ taken: inout Set<String>, copy: (Int) -> String = { "_\($0)" }
  ) -> String {
    var unique = name
    var number = 2
    while !taken.insert(unique).inserted {
      unique = name + copy(number)
      number += 1
    }
    return unique
  }

  /// Whether a text stays as it is in a template.
  private static func isPlain(_ text: String) -> Bool {
    let template = Template(text)
    return template.variables.isEmpty && template.render(values: []) == text
  }

  // MARK: Metrics

  var metrics: [ImportPlan.Metric] {
    let names = criteria.compactMap(\.first.name)
    var taken: Set<String> = []
    return criteria.map { criterion in
      let texts = criterion.columns.isEmpty ? criterion.first.texts : criterion.columns.map { "{{ \($0) }}" }
      let name = Self.unique(
        Self.name(of: criterion, isShared: names.count { $0 == criterion.first.name } > 1), &taken
      ) { " (\($0))" }
      switch criterion.first.rule {
      case .judge(let beginning, _, _, let bands):
        // The beginning is in the column if an instruction can be empty.
        let instruction = criterion.when == nil ? beginning + texts.joined() : texts.joined()
        return ImportPlan.Metric(name: name, instruction: instruction, bands: bands, check: nil)
      case .check(let fixed, let argument, _, let isList):
        var check = fixed
        if let argument {
          check[argument] =
            isList ? .array(texts.map(JSONValue.string)) : Self.value(texts.joined(), isLimit: argument == "max")
        }
        if let when = criterion.when { check["when"] = .string(when) }
        return ImportPlan.Metric(name: name, instruction: nil, bands: [], check: check)
      }
    }
  }

  /// A text, or the number of a limit that is the same in every row.
  private static func value(_ text: String, isLimit: Bool) -> JSONValue {
    guard isLimit, let number = Double(text) else { return .string(text) }
    return Int(exactly: number).map(JSONValue.int) ?? .double(number)
  }

  private static func name(of criterion: Criterion, isShared: Bool) -> String {
    let label = criterion.first.label + (criterion.number > 1 ? " \(criterion.number)" : "")
    if let name = criterion.first.name { return (isShared ? "\(name): \(label)" : name).clipped(to: 200) }
    guard criterion.columns.isEmpty, let text = criterion.first.texts.first?.trimmed(), !text.isEmpty,
      // A judge is told the name, in which no variable is filled.
      !text.containsScalars(of: "{{")
    else {
      return label
    }
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return "\(label): \(line.count > 60 ? line.prefix(60) + "..." : line)"
  }

  // MARK: Rows

  /// All rows as CSV.
  var csv: String {
    let columns = (isNumbered ? [numberColumn] : []) + inputColumns + criteria.flatMap(\.allColumns)
    let texts = rows.enumerated().lazy.map { index, row -> [String] in
      let values = Dictionary(row.values.map { ($0.column, $0.text) }) { first, _ in first }
      return (isNumbered ? ["\(index + 1)"] : []) + inputColumns.map { values[$0] ?? "" }
        + criteria.flatMap { $0.cells(ofRow: index) }
    }
    return CSVWriter.text(columns: columns, rows: texts)
  }

  /// What a reader should know of metrics that do not apply to every row, in sentences.
  var notes: [String] {
    guard criteria.contains(where: { $0.when != nil }) else { return [] }
    var notes = [
      "Rows have assertions of their own: a metric applies only to rows in which its column is not empty, and a row's score is "
        + "the mean of the metrics that apply to it."
    ]
    let bare = rows.count { $0.assertions.isEmpty }
    if bare > 0 { notes.append("\(bare) of \(rows.count) rows have no assertions, and so no score.") }
    let judged = rows.count { !$0.assertions.isEmpty && !$0.assertions.contains(where: \.isCheck) }
    if judged > 0, criteria.contains(where: \.first.isCheck) {
      notes.append("\(judged) of \(rows.count) rows have only a judge's metrics, which scoring Checks does not count.")
    }
    return notes
  }
}
