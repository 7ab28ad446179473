package import JSONCoding
package import Store

/// The rows of a run: a template bound to a dataset, with each row rendered on demand.
///
/// Rows keep the dataset's numbers in every run. A run without a dataset has one row without values.
package struct RunRows: Sendable {
  /// One row, ready to send.
  package struct Row: Sendable, Equatable {
    package let prompt: String
    /// The row's values by column, without the expected output and without settings (``RowColumn``) other than its
    /// group.
    package let input: JSONObject
    package let expectedOutput: String?

    /// Every value that a metric's instruction can use.
    var values: JSONObject {
      var values = input
      if values[RunRows.standardExpectedColumn] == nil, let expectedOutput {
        values.append(RunRows.standardExpectedColumn, .string(expectedOutput))
      }
      return values
    }
  }

  /// The column of the expected output unless the run names another.
  package static let standardExpectedColumn = "expected_output"

  let template: RequestTemplate
  let images: ImageReader
  private let table: CSVTable?
  /// The column of each of the template's variables.
  private let variableColumns: [Int]
  private let expectedColumn: Int?
  /// The indices of the run's rows, ascending.
  package let indices: [Int]

  /// Binds the template's variables to the dataset's columns.
  ///
  /// - Parameters:
  ///   - expectedColumn: nil for ``standardExpectedColumn``, if the dataset has it.
  ///   - selected: the run's rows; nil for all.
  /// - Throws: ``EvaluationError`` naming the variables without a column; ``Preflight`` reports more.
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

  /// The answers of the rows: one for every row, then a second for every row, and so on.
  ///
  /// A run that stops early has then answered as many different rows as it could.
  package func keys(repeats: Int) -> [AnswerKey] {
    (0..<repeats).flatMap { number in indices.map { AnswerKey(rowIndex: $0, repeatIndex: number) } }
  }

  /// A row by its number in the dataset, counted from 0.
  package subscript(index: Int) -> Row {
    let fields = fields(at: index)
    return Row(
      prompt: template.renderPrompt(values: values(in: fields)), input: input(in: fields),
      expectedOutput: expectedOutput(in: fields))
  }

  /// The request for a row.
  ///
  /// - Parameter images: the reader of images; nil for the one used when sending.
  /// - Throws: ``EvaluationError`` for turns or images of the row that cannot be sent.
  package func request(at index: Int, _ images: ImageReader? = nil) throws(EvaluationError) -> RenderedRequest {
    try request(from: fields(at: index), images)
  }

  /// Every text that is sent for a row.
  func texts(at index: Int) -> [String] { template.renderTexts(values: values(in: fields(at: index))) }

  // MARK: The fields of a row

  /// The fields of a row, one for each column.
  ///
  /// Read them once where several parts of a row are needed.
  func fields(at index: Int) -> [String] { table?.row(index) ?? [] }

  /// The request for a row, from the row's fields.
  func request(from fields: [String], _ images: ImageReader? = nil) throws(EvaluationError) -> RenderedRequest {
    try template.render(values: values(in: fields), images ?? self.images)
  }

  /// The values for ``Row/input``, from the row's fields.
  func input(in fields: [String]) -> JSONObject {
    var input = JSONObject()
    guard let table else { return input }
    for (column, value) in fields.enumerated()
    where column != expectedColumn && RowColumn.isRecorded(table.columns[column]) {
      input.append(table.columns[column], .string(value))
    }
    return input
  }

  /// The expected output of a row, from the row's fields.
  func expectedOutput(in fields: [String]) -> String? { expectedColumn.map { fields[$0] } }

  /// The values of the template's variables.
  private func values(in fields: [String]) -> [String] { variableColumns.map { fields[$0] } }
}
