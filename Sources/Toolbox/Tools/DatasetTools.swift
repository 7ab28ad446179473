import Evaluation
import JSONCoding
import MCP
import Store

/// `datasets_*`: rows to run prompts on.
struct DatasetTools {
  let services: Services

  private static let id = Field.id(of: .datasets)
  private static let csv = """
    CSV with a header row (commas, semicolons or tabs), or JSON Lines. Columns feed {{ variables }} of that name; \
    expected_output is what responses are compared with. \
    Rows with one value of \(RowGroups.column) count as one group; \(RowSplit.column) says train, validation or test.
    """

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "datasets_list", title: "List datasets",
      description: "List datasets, newest first, without their rows.", toolset: "datasets", annotations: .reading,
      fields: TagNames.filters + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in try tables.taggedPage(DatasetRecord.self, arguments) { tables.summary($0) } }
    }
  }

  private enum Get {
    static let offset = Field<Int>.defaulted("offset", .integer(0...), default: 0, "First row to show, from 0.")
    static let limit = Field<Int?>.optional("limit", .integer(1...), "Rows per page.").selfExplaining
  }

  private var get: Tool {
    Tool(
      name: "datasets_get", title: "Get dataset",
      description: "Get a dataset with its rows as CSV.",
      toolset: "datasets", annotations: .reading,
      fields: [
        Self.id, Get.offset, Get.limit, Paging.fields,
      ], links: ResourceURI.links(.dataset), hasLongResults: true
    ) { [store = services.store] arguments, _ in
      let (dataset, summary) = try await store.read { tables in
        let dataset = try tables.find(DatasetRecord.self, arguments[Self.id])
        return (dataset, tables.summary(dataset))
      }
      return try arguments.selection(
        of: Self.object(dataset, summary, offset: arguments[Get.offset], limit: arguments[Get.limit]),
        optional: ["next_offset", "note"])
    }
  }

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the dataset; csv_data or path has its rows.")
    static let csv = Field<String?>.optional("csv_data", .string, DatasetTools.csv)
    static let path = Field<String?>.optional("path", .path, "File to read instead, in a folder of --files.")
    static let format = Field<TableFormat?>.optional("format", .choice, "How the rows are written.")
  }

  /// The contents from a text or a file; nil if a call gives neither.
  ///
  /// - Throws: `ToolError` if it gives both, and ``EvaluationError``.
  private func given(
    _ arguments: Arguments, _ text: Field<String?>, _ path: Field<String?>, _ format: TableFormat = .auto,
    secondHeader: TableText.SecondHeader = .told
  ) throws -> DatasetContents? {
    switch (arguments[text], try arguments.text(path)) {
    case (nil, nil): nil
    case (let csv?, nil): try DatasetContents(csv, format: format, field: text.name, secondHeader: secondHeader)
    case (nil, let file?):
      try DatasetContents(file: file, in: services.files, format: format, secondHeader: secondHeader)
    case (_?, _?): throw ToolError("Give \(text.name) or \(path.name), not both.")
    }
  }

  private var create: Tool {
    Tool(
      name: "datasets_create", title: "Create dataset",
      description: "Create a dataset from CSV or JSON, given or in a file.",
      toolset: "datasets", annotations: .creating,
      fields: [Create.name, Create.csv, Create.path, Create.format, TagNames.field],
      links: ResourceURI.links(.dataset)
    ) { [store = services.store] arguments, _ in
      guard let contents = try given(arguments, Create.csv, Create.path, arguments[Create.format] ?? .auto) else {
        throw ToolError("csv_data is missing. Give the rows as csv_data, or name a file with path.")
      }
      return try await store.commit { transaction in
        let dataset = try transaction.createDataset(
          name: arguments[Create.name].notBlank("name"), contents, tagNames: arguments[TagNames.field] ?? [])
        return Self.summary(dataset, contents, in: transaction.tables)
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
    static let csv = Field<String?>.optional("csv_data", .string, "New text, in place of the old.")
    static let more = Field<String?>.optional("append_csv", .string, "Rows to add, under the same header.")
    static let morePath = Field<String?>.optional("append_path", .path, "File with such rows.")
  }

  private var update: Tool {
    Tool(
      name: "datasets_update", title: "Update dataset",
      description: "Change a dataset. Runs keep their results; one with reuse answers new rows only.",
      toolset: "datasets", annotations: .updating,
      fields: [Self.id, Update.name, Update.csv, Update.more, Update.morePath, TagNames.field]
    ) { [store = services.store] arguments, _ in
      let contents = try arguments[Update.csv].map { text in try DatasetContents(text) }
      let more = try given(arguments, Update.more, Update.morePath, secondHeader: .refused)
      if contents != nil, more != nil {
        throw ToolError("csv_data replaces all rows, so none can be appended in the same call. Give one of the two.")
      }
      let update: @Sendable (inout Transaction, DatasetContents?) throws -> JSONObject = { transaction, contents in
        let dataset = try transaction.updateDataset(
          arguments[Self.id], name: arguments.text(Update.name), contents: contents,
          tagNames: arguments.list(TagNames.field))
        return Self.summary(dataset, contents, in: transaction.tables)
      }
      if let more { return try await store.append(more, toDataset: arguments[Self.id], update) }
      return try await store.commit { try update(&$0, contents) }
    }
  }

  private var delete: Tool {
    Tool(
      name: "datasets_delete", title: "Delete dataset",
      description: "Delete a dataset with its runs and their responses.", toolset: "datasets",
      annotations: .deleting, fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      try await Deletion.perform(DatasetRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }

  // MARK: Rows

  /// The number of rows that show a caller how the text was parsed.
  private static let firstRows = 3

  /// The dataset with the first of the rows that the caller has just sent.
  ///
  /// - Parameter contents: nil if the rows have not changed.
  private static func summary(_ dataset: DatasetRecord, _ contents: DatasetContents?, in tables: Tables) -> JSONObject {
    var object = tables.summary(dataset)
    if let contents {
      let table = contents.table
      if let before = contents.rowCountBefore {
        object["row_count_before"] = .int(before)
        object["first_appended_row"] = row(before, of: table)
      }
      object["first_rows"] = .array((0..<min(firstRows, table.rowCount)).map { row($0, of: table) })
      let notes = contents.notes + RowColumn.notes(on: table.columns)
      if !contents.warnings.isEmpty { object["warnings"] = .array(contents.warnings.map(JSONValue.string)) }
      if !notes.isEmpty { object["note"] = .string(notes.joined(separator: " ")) }
    }
    return Clipping.listItem(object)
  }

  /// The values of a row by column.
  private static func row(_ index: Int, of table: CSVTable) -> JSONValue {
    .object(JSONObject(zip(table.columns, table.row(index)).map { JSONObject.Member(key: $0, value: .string($1)) }))
  }

  /// The size limit of a result in characters where the caller gives no number of rows.
  private static let shortLimit = 8000

  /// The dataset with as many rows as fit, and the place to continue.
  ///
  /// - Parameter limit: the largest number of rows; nil for those that fit into a short result.
  private static func object(
    _ dataset: DatasetRecord, _ summary: JSONObject, offset: Int, limit: Int?
  ) throws -> JSONObject {
    var object = summary
    guard offset < dataset.rowCount else {
      throw ToolError("offset is \(offset), but dataset \(dataset.id) has \(dataset.rowCount) rows, counted from 0.")
    }
    let table = try dataset.table()
    let largest = limit == nil ? shortLimit : Clipping.resultLimit
    var room = largest - Clipping.size(of: object)
    while true {
      let page = table.page(offset: offset, limit: limit ?? .max, maxBytes: room)
      object["csv_data"] = .string(page.csv)
      object["rows_shown"] = ["first": .int(page.rows.lowerBound), "count": .int(page.rows.count)]
      if page.rows.upperBound < dataset.rowCount {
        object["next_offset"] = .int(page.rows.upperBound)
        if limit == nil { object["note"] = "offset next_offset shows further rows; limit shows more in one call." }
      }
      // Escapes make the JSON longer than the text. A single row that is too long is cut.
      if page.rows.count <= 1 || Clipping.size(of: object) <= largest { return object }
      room = room / 4 * 3
    }
  }
}
