import JSONCoding
import Store

/// A look at rows with a draft: the answers of one run.
///
/// A draft is what a model is asked: the template, the settings and the model. Its name, its version, its scoring and its
/// seed are not part of it.
struct Look: Sendable, Equatable {
  struct Draft: Hashable, Sendable {
    enum Template: Hashable, Sendable {
      case text(String)
      /// That of a prompt version that was deleted.
      case deleted(promptID: Int)
    }

    let template: Template
    let settingsHash: String
    let model: String
  }

  let draft: Draft
  let datasetID: Int
  let datasetHash: String?
  let rows: String?
  /// The id of the first answer, which orders looks by time; nil for a run that has none yet.
  ///
  /// For a run of copies alone it is that of the first answer which was copied.
  let firstResponseID: Int?
  /// Whether all its answers were copied, so that it shows nothing that was not seen before.
  let isCopy: Bool

  /// Nil for a run without a dataset.
  init?(_ run: RunRecord, in tables: Tables) {
    guard let datasetID = run.datasetID else { return nil }
    let prompt = tables.prompts[run.promptID]
    draft = Draft(
      template: Self.template(run.snapshot?.template, ofPrompt: run.promptID, in: tables),
      settingsHash: Self.hash(of: run.sentSettings(of: prompt)),
      model: run.answeringModel(of: prompt))
    self.datasetID = datasetID
    datasetHash = run.snapshot?.datasetHash
    rows = run.snapshot.map(\.rows) ?? run.rows
    let entries = tables.responses.entries(ofRun: run.id)
    let made = entries.first { $0.status != .failed && !$0.isCopied }
    firstResponseID = made?.id ?? entries.lazy.filter { $0.status != .failed }.map(\.sourceID).min()
    isCopy = made == nil && firstResponseID != nil
  }

  init(_ record: LookRecord, in tables: Tables) {
    draft = Draft(
      template: Self.template(nil, ofPrompt: record.promptID, in: tables), settingsHash: record.settingsHash,
      model: record.model)
    rows = record.rows
    (datasetID, datasetHash) = (record.datasetID, record.datasetHash)
    firstResponseID = record.firstResponseID
    isCopy = false
  }

  private static func hash(of settings: RequestSettings) -> String {
    var values = settings.values
    values[RequestSetting.seed.name] = nil
    return Fingerprint.of(JSONValue.object(values).text)
  }

  private static func template(_ text: String?, ofPrompt id: Int, in tables: Tables) -> Draft.Template {
    (text ?? tables.prompts[id]?.template).map(Draft.Template.text) ?? .deleted(promptID: id)
  }

  /// Whether it is of a dataset, of a copy of it or of another version of it.
  func isOfDataset(_ id: Int?, hash: String?) -> Bool { datasetID == id || datasetHash != nil && datasetHash == hash }

  /// Whether both may have seen the same rows.
  ///
  /// A copy of a dataset has the same rows, and so have most versions of a dataset that is changed.
  func sharesRows(with other: Look) -> Bool {
    guard isOfDataset(other.datasetID, hash: other.datasetHash) else { return false }
    switch (RowSelection(rows) ?? .all, RowSelection(other.rows) ?? .all) {
    case (.part(let part), .part(let otherPart)): return part == otherPart
    default: return true
    }
  }
}

extension Tables {
  /// The number of drafts tried on the rows of two runs until the later one of them was first seen, the earlier one left
  /// out.
  ///
  /// Of twenty drafts tried against one baseline, one looks better by chance; the store knows them all:
  /// - Drafts of other prompts count, because a draft can be stored under any name. So do other models: the best of five
  ///   models is as much a choice as the best of five texts.
  /// - The same request again is the same draft, however often it is run. It keeps the place of its first answers.
  /// - Runs count after they were deleted or restarted (``Store/LookRecord``).
  /// - Which of the two runs is called the baseline does not matter.
  /// - A later look does not change an earlier result, because the share of false alarms of each follows from those
  ///   before it.
  ///
  /// Two runs of one draft are no search for a draft.
  func drafts(of run: RunRecord, besides baseline: RunRecord) -> Int {
    guard let first = Look(run, in: self), let second = Look(baseline, in: self), first.draft != second.draft else {
      return 1
    }
    // The settings of a run are hashed only where they can matter.
    let near = runs.all.filter { run in
      [first, second].contains { $0.isOfDataset(run.datasetID, hash: run.snapshot?.datasetHash) }
    }
    let known =
      near.compactMap { Look($0, in: self) }.filter { $0.firstResponseID != nil && !$0.isCopy }
      + looks.all.map { Look($0, in: self) }
    return max(Self.place(of: first, besides: second, known), Self.place(of: second, besides: first, known))
  }

  /// The place of a draft among those tried on its rows, from 1.
  private static func place(of look: Look, besides other: Look, _ known: [Look]) -> Int {
    var starts = [look.draft: look.firstResponseID ?? .max]
    for earlier in known where earlier.draft != other.draft && earlier.sharesRows(with: look) {
      starts[earlier.draft] = min(starts[earlier.draft] ?? .max, earlier.firstResponseID ?? .max)
    }
    let start = starts[look.draft] ?? .max
    return starts.count { $0.value < start } + 1
  }
}

extension Transaction {
  /// Keeps the look of a run whose answers are about to be removed, unless they are copies, or an earlier look of the same
  /// draft at the same rows is kept, which alone counts.
  mutating func keepLook(ofRun run: RunRecord) {
    guard let look = Look(run, in: tables), !look.isCopy, let firstResponseID = look.firstResponseID else { return }
    let isKept = tables.looks.all.contains { kept in
      kept.firstResponseID <= firstResponseID && kept.promptID == run.promptID && kept.model == look.draft.model
        && kept.settingsHash == look.draft.settingsHash && kept.datasetID == look.datasetID
        && kept.datasetHash == look.datasetHash && kept.rows == look.rows
    }
    if isKept { return }
    insert(
      LookRecord {
        $0.runID = run.id
        $0.promptID = run.promptID
        $0.settingsHash = look.draft.settingsHash
        $0.model = look.draft.model
        ($0.datasetID, $0.datasetHash, $0.rows) = (look.datasetID, look.datasetHash, look.rows)
        $0.firstResponseID = firstResponseID
        $0.createdAt = now
      })
  }
}
