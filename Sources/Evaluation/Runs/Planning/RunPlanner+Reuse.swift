import JSONCoding
import Providers
import Store

/// Finds the answers of earlier runs that a run copies.
extension RunPlanner {
  /// Work with the answers that need not be made, because other runs have them; these come first.
  ///
  /// Only runs whose requests all went to the same model at the same address are sources, and every answer is copied
  /// once. The newest run comes first. Images in files may have changed since, so requests with them are made.
  ///
  /// - Parameters:
  ///   - run: the run as planned; its work is returned unchanged if it does not copy.
  ///   - entries: its responses that are kept.
  ///   - isOpen: whether a batch may answer a row, which is then not copied.
  func copying(
    _ work: [RunPlan.RowWork], of run: RunRecord, _ layout: Layout, to destination: RunSnapshot.Destination,
    _ entries: [ResponseEntry], except isOpen: ((AnswerKey) -> Bool)? = nil
  ) async throws -> [RunPlan.RowWork] {
    guard run.reuse, work.contains(where: \.needsGeneration) else { return work }
    if let isOpen, !run.openBatches.isEmpty {
      let free = work.filter { !isOpen($0.key) }
      return try await copying(free, of: run, layout, to: destination, entries) + work.filter { isOpen($0.key) }
    }
    let wanted = try await Self.keys(of: work, run, layout, to: destination)
    let id = run.id
    let candidates = try await store.read { tables in
      tables.runs.newestFirst.filter { $0.id != id && $0.snapshot?.destination == destination }
        .map { ($0, tables.responses.entries(ofRun: $0.id)) }
    }
    let settings = layout.settings.unseeded
    let sources = candidates.filter { source, _ in source.sentSettings(of: nil).unseeded == settings }
    var search = AnswerSearch(wanted, taken: Set(entries.lazy.filter(\.isCopied).map(\.reusedFrom)))
    for (source, answers) in sources where !search.isOver {
      let keys = RequestKeys(destination, source.sentSettings(of: nil), repeats: source.repeats)
      let template = try source.sentTemplate
      let usable = answers.filter { $0.status != .failed && $0.key.repeatIndex < min(run.repeats, source.repeats) }
      search.take(
        usable, keys: try await knownKeys.keys(of: usable) { try $0.decoded().key(by: keys, template, in: source) })
    }
    let copied = work.filter(\.needsGeneration).map { row in
      var row = row
      row.source = search.found[row.key]
      return row
    }
    return copied.filter { $0.source != nil } + copied.filter { $0.source == nil }
      + work.filter { !$0.needsGeneration }
  }

  /// The answers that a run lacks, by the keys of their requests, in the order of rows.
  private static func keys(
    of work: [RunPlan.RowWork], _ run: RunRecord, _ layout: Layout, to destination: RunSnapshot.Destination
  ) async throws -> [(key: String, answer: AnswerKey)] {
    let keys = RequestKeys(destination, layout.settings, repeats: run.repeats)
    let answers = work.filter(\.needsGeneration).map(\.key).sorted()
    return try await mapConcurrently(answers) { [rows = layout.rows] answer in
      let request: RenderedRequest
      do throws(EvaluationError) { request = try rows.request(at: answer.rowIndex, ImageReader()) } catch { return nil }
      return (keys.key(of: request, repeatIndex: answer.repeatIndex), answer)
    }.compactMap(\.self)
  }
}

/// Gives each answer that a run lacks an answer to the same request, as long as there are any.
private struct AnswerSearch {
  private(set) var found: [AnswerKey: ResponseEntry] = [:]
  /// The keys of the requests of the answers that are still lacking.
  private var lacking: [AnswerKey: String]
  /// The answers that were lacking, by the keys of their requests, in the reverse order of rows.
  private var waiting: [String: [AnswerKey]] = [:]
  /// The responses for which the copied answers were made.
  private var taken: Set<Int>

  init(_ wanted: [(key: String, answer: AnswerKey)], taken: Set<Int>) {
    lacking = Dictionary(wanted.map { ($0.answer, $0.key) }) { key, _ in key }
    for (key, answer) in wanted.reversed() { waiting[key, default: []].append(answer) }
    self.taken = taken
  }

  var isOver: Bool { lacking.isEmpty }

  /// Copies from the answers of a run, those to the same rows first.
  ///
  /// - Parameter keys: those of the answers' requests; nil for an answer that cannot be copied.
  mutating func take(_ answers: [ResponseEntry], keys: [String?]) {
    for (key, entry) in zip(keys, answers) where key != nil && lacking[entry.key] == key {
      give(entry, to: entry.key)
    }
    for (key, entry) in zip(keys, answers) {
      guard let key, !taken.contains(entry.sourceID), let answer = next(key) else { continue }
      give(entry, to: answer)
    }
  }

  private mutating func give(_ entry: ResponseEntry, to answer: AnswerKey) {
    guard taken.insert(entry.sourceID).inserted else { return }
    found[answer] = entry
    lacking[answer] = nil
  }

  /// The first lacking answer to a request.
  private mutating func next(_ key: String) -> AnswerKey? {
    while let answer = waiting[key]?.popLast() {
      if lacking[answer] != nil { return answer }
    }
    return nil
  }
}

extension RequestSettings {
  /// The parameters sent besides messages and seed, as JSON: a model is shown the members of a schema in their order.
  fileprivate var unseeded: String {
    var parameters = RequestParameters(self)
    parameters[RequestParameter(rawValue: RequestSetting.seed.name)] = nil
    return JSONValue.object(parameters.object).text
  }
}

extension ResponseRecord {
  /// The key of the request that it answers; nil if that cannot be rendered again, or if there is no answer.
  fileprivate func key(by keys: RequestKeys, _ template: RequestTemplate, in run: RunRecord) -> String? {
    guard let responseText, !responseText.isBlank else { return nil }
    var values: [String] = []
    for name in template.variables {
      guard let value = value(of: name, in: run) else { return nil }
      values.append(value)
    }
    do throws(EvaluationError) {
      return keys.key(of: try template.render(values: values, ImageReader()), repeatIndex: repeatIndex)
    } catch {
      return nil
    }
  }
}
