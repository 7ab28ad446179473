package import JSONCoding

/// The rows of a run: what is sent, bound to a dataset, each row rendered when it is asked for.
///
/// Rows keep the dataset's numbers, whichever of them a run runs on. A run without a dataset has one row without values.
package struct RunRows: Sendable {
  /// One row, ready to be sent.
  package struct Row: Sendable, Equatable {
    package let prompt: String
    /// The row's values by column, without the expected output and, but for its group, the row's settings (``RowColumn``).
    package let input: JSONObject
    package let expectedOutput: String?

    /// All values that a metric's instruction can name.
    var values: JSONObject {
      var values = input
      if values[RunRows.standardExpectedColumn] == nil, let expectedOutput {
        values.append(RunRows.standardExpectedColumn, .string(expectedOutput))
      }
      return values
    }
  }

  /// The column that responses are compared with unless a run names another.
  package static let standardExpectedColumn = "expected_output"

  private let template: RequestTemplate
  private let images: ImageReader
  private let table: CSVTable?
  /// For each of the template's variables its column.
  private let variableColumns: [Int]
  private let expectedColumn: Int?
  /// The rows that belong to the run, ascending.
  package let indices: [Int]

  /// Binds the template's variables to the dataset's columns.
  ///
  /// - Parameters:
  ///   - expectedColumn: nil for ``standardExpectedColumn``, which a dataset may lack.
  ///   - selected: the rows that belong to the run; nil for all.
  /// - Throws: ``EvaluationError`` naming the variables that are no columns; ``Preflight`` says more.
  package init(
    template: RequestTemplate, table: CSVTable?, expectedColumn: String? = nil, selected: [Int]? = nil,
    images: ImageReader = ImageReader()
  ) throws(EvaluationError) {
    let columns = template.variables.map { table?.columnIndex($0) }
    let missing = zip(template.variables, columns).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else { throw .noValue(for: missing) }
    self.template = template
    self.table = table
    self.images = images
    self.variableColumns = columns.compactMap { $0 }
    self.expectedColumn = table?.columnIndex(expectedColumn ?? Self.standardExpectedColumn)
    indices = selected ?? Array(0..<(table?.rowCount ?? 1))
  }

  package var count: Int { indices.count }

  /// A row by its number in the dataset, counted from 0.
  package subscript(index: Int) -> Row {
    let fields = fields(at: index)
    return Row(
      prompt: template.renderPrompt(values: values(in: fields)), input: input(in: fields),
      expectedOutput: expectedOutput(in: fields))
  }

  /// What is sent for a row.
  ///
  /// - Parameter images: how they are read; nil as for sending.
  /// - Throws: ``EvaluationError`` for turns or images of the row that cannot be sent.
  package func request(at index: Int, _ images: ImageReader? = nil) throws(EvaluationError) -> RenderedRequest {
    try request(from: fields(at: index), images)
  }

  /// Every text that is sent for a row.
  func texts(at index: Int) -> [String] { template.renderTexts(values: values(in: fields(at: index))) }

  // MARK: The fields of a row

  /// The fields of a row, one for each column; read once where several things are made of them.
  func fields(at index: Int) -> [String] { table?.row(index) ?? [] }

  /// The same as ``request(at:_:)``, from a row's fields.
  func request(from fields: [String], _ images: ImageReader? = nil) throws(EvaluationError) -> RenderedRequest {
    try template.render(values: values(in: fields), images ?? self.images)
  }

  /// As ``Row/input``.
  func input(in fields: [String]) -> JSONObject {
    var input = JSONObject()
    guard let table else { return input }
    for (column, value) in fields.enumerated()
    where column != expectedColumn && RowColumn.isRecorded(table.columns[column]) {
      input.append(table.columns[column], .string(value))
    }
    return input
  }

  /// What a row's response is compared with.
  func expectedOutput(in fields: [String]) -> String? { expectedColumn.map { fields[$0] } }

  /// The values of the template's variables.
  private func values(in fields: [String]) -> [String] { variableColumns.map { fields[$0] } }
}
