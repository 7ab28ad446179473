import Evaluation
import JSONCoding
import MCP
import Store

extension Services {
  /// The report of a run, a comparison or an experiment.
  ///
  /// - Precondition: the subject is one of these.
  func document(of subject: ExportFormat.Subject, _ ids: [Int]) async throws -> ReportDocument {
    switch subject {
    case .comparison: try await comparisonDocument(ids)
    case .experiment: try await experimentDocument(ids[0])
    default: try await runDocument(ids[0])
    }
  }

  private func runDocument(_ id: Int) async throws -> ReportDocument {
    let view = try await view(ofRun: id)
    var peers = try await store.read { tables in RunPeers(view.run, in: tables) }
    try peers.group()
    return try RunDocument(view, peers: peers).document
  }

  private func comparisonDocument(_ ids: [Int]) async throws -> ReportDocument {
    let (sides, dataset) = try await comparedRuns(ids)
    var views: [RunView] = []
    for id in ids { views.append(try await view(ofRun: id)) }
    return try ComparisonDocument(
      sides: sides, views: views, comparisons: RunComparisonTool.comparisons(sides, dataset), dataset: dataset
    ).document
  }

  private func experimentDocument(_ id: Int) async throws -> ReportDocument {
    let (view, prompts) = try await store.read { tables in
      let experiment = try tables.find(ExperimentRecord.self, id)
      return (ExperimentView(experiment, in: tables), experiment.arms.compactMap { tables.prompts[$0.promptID] })
    }
    return ExperimentDocument(view.object, prompts: prompts).document
  }
}

/// The other runs of a run's dataset, read from the store at one moment.
struct RunPeers: Sendable {
  /// The limits of what a report computes, because every pair of runs is compared.
  private static let mostRuns = 20
  private static let mostAnswers = 40_000

  private(set) var views: [RunView]
  let sources: [ComparedRun.Source]
  let dataset: DatasetRecord?
  /// The number of runs that are left out because there are too many.
  let unread: Int

  /// Works out which rows of each run are one piece of evidence.
  mutating func group() throws {
    let table = views.first?.table
    for (index, source) in zip(views.indices, sources.reversed()) {
      views[index].groups = try RowGroups(of: source, table: table)
    }
  }

  init(_ run: RunRecord, in tables: Tables) {
    dataset = run.datasetID.flatMap { tables.datasets[$0] }
    let others = tables.runs.newestFirst.filter {
      $0.id != run.id && $0.datasetID != nil && $0.datasetID == run.datasetID && $0.status == .completed
        && $0.snapshot?.datasetHash == run.snapshot?.datasetHash && $0.scoring == run.scoring
    }
    var room = Self.mostAnswers - tables.responses.entries(ofRun: run.id).count
    var chosen = [run]
    for other in others where chosen.count < Self.mostRuns {
      room -= tables.responses.entries(ofRun: other.id).count
      if room < 0 { break }
      chosen.append(other)
    }
    unread = others.count + 1 - chosen.count
    // In the order in which they were made.
    chosen.sort { $0.id < $1.id }
    views = chosen.map { RunView($0, isAbandoned: false, in: tables) }
    sources = views.reversed().map {
      ComparedRun.Source($0.run, comparedWith: nil, figures: $0.figures, in: tables)
    }
  }
}
