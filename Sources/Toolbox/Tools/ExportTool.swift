import Evaluation
import JSONCoding
import MCP
import Store

/// `exports_create`.
struct ExportTool {
  let services: Services

  /// The size in bytes up to which a text is in the answer.
  private static let textLimit = 8000

  /// What can be exported; a prompt is only a resource.
  private static let subjects = ExportFormat.Subject.allCases.filter { subject in
    ExportFormat.allCases.contains { $0.subject == subject && $0.format != nil }
  }

  private static let what = Field<String>.required("what", .choice(of: subjects.map(\.rawValue)), "What to export.")
    .selfExplaining
  private static let ids = Field<[Int]>.required(
    "ids", .array(of: .id), "One; of a comparison 2 to 4 runs, the baseline first."
  ).alias(["id", "run_ids"] + subjects.map { "\($0.rawValue)_id" })
  private static let format = Field<String>.required("format", .choice(of: ExportFormat.names), "Format of the text.")
    .selfExplaining
  private static let path = Field<String?>.optional("path", .path, "File to write.")
  private static let overwrite = Field<Bool>.defaulted(
    "overwrite", .boolean, default: false, "Replace a file that is there."
  ).selfExplaining

  /// The exported text as a resource.
  private static let links: Tool.Links = { object in object["uri"]?.stringValue.map { [$0] } ?? [] }

  var create: Tool {
    Tool(
      name: "exports_create", title: "Export",
      description: "Export to a file, or without path as text or a resource.",
      toolset: "exports", annotations: .exporting,
      fields: [Self.what, Self.ids, Self.format, Self.path, Self.overwrite],
      ordering: .concurrent, links: Self.links, hasLongResults: true
    ) { [services] arguments, _ in
      let ids = arguments[Self.ids]
      let kind = try Self.kind(arguments[Self.what], arguments[Self.format], ids)
      try arguments[Self.path].map { path throws(ToolError) in try Self.check(path, of: kind) }
      let text = try await kind.make(services, ids)
      var result: JSONObject = [
        "what": .string(arguments[Self.what]), "format": .string(arguments[Self.format]),
        "uri": .string(ResourceURI(kind, ids: ids).text), "mime_type": .string(kind.mimeType),
      ]
      if let path = arguments[Self.path] {
        let written = try services.files.write(path, overwrites: arguments[Self.overwrite], contents: text.write)
        result["path"] = .string(written.path)
        result["bytes"] = .int(written.size)
      } else {
        let page = try text.page(0, Self.textLimit)
        if page.nextOffset == nil, page.text.utf8.count <= Self.textLimit {
          result["text"] = .string(page.text)
        } else {
          result["text_omitted"] = "It is long. Read the resource at uri, or give a path."
        }
      }
      if !text.notes.isEmpty { result["note"] = .string(text.notes.joined(separator: " ")) }
      if !text.skipped.isEmpty { result["skipped"] = .array(text.skipped.map(\.json)) }
      return result
    }
  }

  /// Rejects another ending than the format's: no program then takes the file for one of its own.
  private static func check(_ path: String, of kind: ExportFormat) throws(ToolError) {
    let ending = path.fileEnding
    guard kind.endings.contains(ending) else {
      throw ToolError(
        "The name of a file in this format ends in .\(kind.endings.joined(separator: " or .")). Give such a path.")
    }
  }

  private static func kind(_ what: String, _ format: String, _ ids: [Int]) throws(ToolError) -> ExportFormat {
    let kinds = ExportFormat.allCases.filter { $0.subject.rawValue == what }
    guard let kind = kinds.first(where: { $0.format == format }) else {
      let names = kinds.compactMap(\.format).unique
      throw ToolError("what \(what) has no format \(format). It has \(names.joined(separator: ", ")).")
    }
    guard kind.subject.ids.contains(ids.count) else {
      throw ToolError(
        what == ExportFormat.Subject.comparison.rawValue
          ? "ids must name 2 to 4 different runs, the baseline first."
          : "ids must name one \(what), and names \(ids.count).")
    }
    return kind
  }
}

extension ToolAnnotations {
  /// Writes a file, which can replace another; a second call is refused unless told.
  fileprivate static let exporting = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: false, isOpenWorld: false)
}
