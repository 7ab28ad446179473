import JSONCoding

/// The metrics by which rows with assertions of their own are scored, and the columns with each row's values.
struct ImportCriteria {
  /// Rows with the same criteria.
  struct Group {
    /// Indices into the criteria.
    let criteria: [Int]
    /// Indices into the rows.
    var rows: [Int] = []
  }

  /// One kind of assertion; the second of a kind in a row is another criterion.
  private struct Criterion {
    let first: ImportedAssertion
    let number: Int
    /// The values of each row that has it.
    var texts: [Int: [String]] = [:]
    /// The columns of the values; empty if they are the same in every row.
    var columns: [String] = []
  }

  private var criteria: [Criterion] = []
  private(set) var groups: [Group] = []
  private let inputColumns: [String]
  /// Whether a column has the number of each row.
  private let isNumbered: Bool
  private var numberColumn = "row"

  init(_ rows: [ImportDraft.Row]) {
    var places: [String: Int] = [:]
    var groupPlaces: [[Int]: Int] = [:]
    var columns: [String] = []
    var seen: Set<String> = []
    for (index, row) in rows.enumerated() {
      for (column, _) in row.values where seen.insert(column).inserted { columns.append(column) }
      var counts: [String: Int] = [:]
      var own: [Int] = []
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
        own.append(place)
      }
      own.sort()
      let group = groupPlaces[own] ?? groups.count
      if group == groups.count {
        groupPlaces[own] = group
        groups.append(Group(criteria: own))
      }
      groups[group].rows.append(index)
    }
    // A row without any value would be taken for an empty line.
    isNumbered = rows.contains { row in row.values.allSatisfy { $0.text.isBlank } }
    inputColumns = columns
    while seen.contains(numberColumn) { numberColumn += "_" }
    seen.insert(numberColumn)
    for index in criteria.indices { nameColumns(of: index, &seen) }
  }

  /// Names the columns of a criterion whose values differ, or could be mistaken for variables.
  private mutating func nameColumns(of index: Int, _ taken: inout Set<String>) {
    let criterion = criteria[index]
    let values = Array(criterion.texts.values)
    guard let first = values.first, !first.isEmpty else { return }
    let isConstant = values.allSatisfy { $0 == first } && (criterion.first.isTemplate || first.allSatisfy(Self.isPlain))
    if isConstant { return }
    let most = values.map(\.count).max() ?? 0
    let base = Slug.of(criterion.first.label) + (criterion.number > 1 ? "_\(criterion.number)" : "")
    for number in 1...most {
      let name = most == 1 ? "\(base)_value" : "\(base)_value_\(number)"
      var unique = name
      var copy = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)_\(copy)"
        copy += 1
      }
      criteria[index].columns.append(unique)
    }
  }

  /// Whether a text stays as it is in a template.
  private static func isPlain(_ text: String) -> Bool {
    let template = Template(text)
    return template.variables.isEmpty && template.render(values: []) == text
  }

  // MARK: Metrics

  var metrics: [ImportPlan.Metric] {
    let names = criteria.compactMap(\.first.name)
    return criteria.map { criterion in
      let texts = criterion.columns.isEmpty ? criterion.first.texts : criterion.columns.map { "{{ \($0) }}" }
      let name = Self.name(of: criterion, isShared: names.count { $0 == criterion.first.name } > 1)
      switch criterion.first.rule {
      case .judge(let beginning, _, _, let bands):
        return ImportPlan.Metric(name: name, instruction: beginning + texts.joined(), bands: bands, check: nil)
      case .check(let fixed, let argument, _, let isList):
        var check = fixed
        if let argument {
          check[argument] =
            isList ? .array(texts.map(JSONValue.string)) : Self.value(texts.joined(), isLimit: argument == "max")
        }
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

  func csv(of group: Group, in rows: [ImportDraft.Row]) -> String {
    let own = group.criteria.map { criteria[$0] }
    let columns = (isNumbered ? [numberColumn] : []) + inputColumns + own.flatMap(\.columns)
    let texts = group.rows.lazy.map { index -> [String] in
      let values = Dictionary(rows[index].values.map { ($0.column, $0.text) }) { first, _ in first }
      return (isNumbered ? ["\(index + 1)"] : []) + inputColumns.map { values[$0] ?? "" }
        + own.flatMap { criterion -> [String] in
          let texts = criterion.texts[index] ?? []
          // A list that is shorter than others repeats its last text, which changes nothing.
          return criterion.columns.indices.map { texts[min($0, texts.count - 1)] }
        }
    }
    return CSVWriter.text(columns: columns, rows: texts)
  }
}
