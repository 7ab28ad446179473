import Evaluation
import JSONCoding
package import MCP
import Store

/// The store's contents as resources: prompts, datasets, and the report and responses of each run.
///
/// The list contains what people attach to conversations: published prompts, datasets, and the results of runs with
/// responses, newest first. Everything else is found by its template.
package struct StoreResources: ResourceSource {
  private let services: Services
  private let kinds: [ResourceURI.Kind]

  /// Nil if the enabled tools include nothing to read.
  package init?(_ services: Services, _ selection: ToolSelection) {
    self.services = services
    kinds = ResourceURI.Kind.allCases.filter { selection.shows($0.toolset) }
    if kinds.isEmpty { return nil }
  }

  package var templates: [ResourceTemplate] {
    kinds.map { kind in
      ResourceTemplate(
        uriTemplate: kind.template, name: kind.name, title: kind.title, description: kind.sentence,
        mimeType: kind.mimeType,
        variables: [
          kind.variable: { [store = services.store] query in
            try await store.read { $0.ids(of: kind, matching: query.value) }
          }
        ])
    }
  }

  package func resources() async throws -> [Resource] {
    try await services.store.read { [kinds] tables in
      var listed: [(created: Timestamp, resource: Resource)] = []
      for run in tables.runs.newestFirst where !run.isArchived && !tables.responses.entries(ofRun: run.id).isEmpty {
        for kind in [ResourceURI.Kind.report, .responsesCSV, .responsesJSONLines] where kinds.contains(kind) {
          listed.append((run.createdAt, .of(kind, run)))
        }
      }
      if kinds.contains(.dataset) {
        listed += tables.datasets.newestFirst.filter { !$0.isArchived }.map { ($0.createdAt, .of($0)) }
      }
      if kinds.contains(.prompt) {
        listed += tables.prompts.newestFirst.filter { $0.current && !$0.isArchived }.map { ($0.createdAt, .of($0)) }
      }
      // Within the same millisecond a run is newer than its dataset and its prompt, and a higher id is newer.
      return listed.enumerated().sorted { ($1.element.created, $0.offset) < ($0.element.created, $1.offset) }
        .map(\.element.resource)
    }
  }

  /// A run has a resource only once it has responses; until then its object contains everything.
  package func resource(at uri: String) async throws -> Resource? {
    guard let uri = ResourceURI(uri), kinds.contains(uri.kind) else { return nil }
    return try await services.store.read { tables in
      switch uri.kind.subject {
      case .prompt: tables.prompts[uri.id].map { .of($0) }
      case .dataset where uri.kind == .dataset: tables.datasets[uri.id].map { .of($0) }
      case .dataset: tables.datasets[uri.id].map { .of(uri, titled: $0.name) }
      case .comparison:
        uri.ids.allSatisfy { !tables.responses.entries(ofRun: $0).isEmpty }
          ? .of(uri, titled: uri.ids.compactMap { tables.runs[$0]?.name }.joined(separator: ", ")) : nil
      case .experiment: tables.experiments[uri.id].map { .of($0) }
      case .run: tables.hasContents(uri.kind, ofRun: uri.id) ? tables.runs[uri.id].map { .of(uri.kind, $0) } : nil
      }
    }
  }

  // MARK: Reading

  package func read(_ uri: String) async throws -> [ResourceContents] {
    if uri == ReportApp.app.uri, kinds.contains(where: ReportApp.kinds.contains) {
      return [ResourceContents(uri: uri, mimeType: App.mimeType, text: ReportApp.page)]
    }
    guard let parsed = ResourceURI(uri), kinds.contains(parsed.kind) else {
      throw ToolError(
        "No resource \"\(Clipping.clip(uri, to: 100))\". URIs have these forms: "
          + "\(kinds.map(\.template).joined(separator: ", ")). resources/list shows what there is.")
    }
    let text = try await parsed.kind.make(services, parsed.ids)
    guard parsed.kind.hasRows else {
      return [ResourceContents(uri: uri, mimeType: parsed.kind.mimeType, text: try text.page(0, .max).text)]
    }
    return try contents(parsed) { offset in try text.page(offset, RowPage.byteLimit) }
  }

  /// The rows that fit, with the place of the rest if there are more.
  private func contents(_ uri: ResourceURI, rows: (_ offset: Int) throws -> RowPage) throws -> [ResourceContents] {
    let page = try rows(uri.offset)
    guard uri.offset == 0 || uri.offset < page.total else {
      throw ToolError("\(uri.text) begins at row \(uri.offset), but there are \(page.total) rows, counted from 0.")
    }
    let contents = ResourceContents(uri: uri.text, mimeType: uri.kind.mimeType, text: page.text)
    guard let next = page.nextOffset else { return [contents] }
    let rest = ResourceURI(uri.kind, ids: uri.ids, offset: next).text
    let notice = "Rows \(page.rows.lowerBound) to \(next - 1) of \(page.total). Go on with \(rest)"
    return [contents, ResourceContents(uri: uri.text + "#rest", mimeType: "text/plain", text: notice)]
  }
}

extension Services {
  func responseExport(ofRun id: Int) async throws -> ResponseExport {
    let (run, entries, scoring) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      return (run, tables.responses.entries(of: run.id), tables.scoring(of: run))
    }
    return try ResponseExport(run, entries, scoring)
  }

  /// The report on a run so far.
  func report(ofRun id: Int) async throws -> RunReport {
    try RunReport(try await view(ofRun: id))
  }
}

extension Tables {
  /// The ids with a resource of a kind, of records matching an id or name, newest first.
  fileprivate func ids(of kind: ResourceURI.Kind, matching text: String) -> [String] {
    switch kind.subject {
    case .prompt: return ids(PromptRecord.self, matching: text)
    case .dataset: return ids(DatasetRecord.self, matching: text)
    case .experiment: return ids(ExperimentRecord.self, matching: text)
    case .comparison:
      // The last of the ids is being typed.
      let typed = text.split(separator: ",", omittingEmptySubsequences: false).last ?? ""
      return idsOfRunsWithResponses(matching: String(typed)).map { text.dropLast(typed.count) + $0 }
    case .run: return ids(RunRecord.self, matching: text) { hasContents(kind, ofRun: $0.id) }
    }
  }

  /// Whether a run has what a kind of resource shows.
  fileprivate func hasContents(_ kind: ResourceURI.Kind, ofRun id: Int) -> Bool {
    kind.record == .verdicts ? verdicts.all.contains { $0.runID == id } : !responses.entries(ofRun: id).isEmpty
  }
}
