import Evaluation
import JSONCoding
import Store

/// A kind of things that can be found by their texts.
///
/// To add one, list it in ``all``.
struct SearchKind: Sendable {
  let kind: RecordKind
  /// Gathers the things of the kind that come after a position, in order; nil for all.
  let groups: @Sendable (_ tables: borrowing Tables, _ start: SearchItem.Position?) -> [Group]

  /// Things of a kind that follow each other, each of which is made when the search has come to it.
  struct Group: Sendable {
    let count: Int
    let item: @Sendable (_ index: Int) -> SearchItem

    init(_ items: [SearchItem]) { (count, item) = (items.count, { items[$0] }) }

    /// - Parameters:
    ///   - entries: the entries of an owner, by ascending ids.
    ///   - start: the position behind which the group begins.
    init<Entry: TableEntry>(
      _ entries: [Entry], behind start: SearchItem.Position?, item: @escaping @Sendable (Entry) -> SearchItem
    ) {
      let first = entries.partitioningIndex { entry in
        start.map { SearchItem.Position(owner: entry.ownerID, id: entry.id).isBehind($0) } ?? true
      }
      count = entries.count - first
      self.item = { item(entries[first + $0]) }
    }
  }

  var name: String { kind.rawValue }

  /// Every kind, in the order in which they are searched.
  static let all: [SearchKind] = [
    records(PromptRecord.self) { prompt, tables in
      let turns = prompt.settings.messages.enumerated().map { index, turn in
        ("messages[\(index)]", turn["content"].map { $0.stringValue ?? $0.text })
      }
      let settings = [RequestSetting.responseSchema, .tools, .stop].map { setting in
        (setting.name, prompt.settings[setting].map { $0.stringValue ?? $0.text })
      }
      return [
        ("name", prompt.displayName), ("template", prompt.template), ("system_prompt", prompt.settings.systemPrompt),
        ("description", prompt.description), ("llm_model", prompt.llmModel),
      ] + turns + settings + tags(of: prompt, tables)
    },
    datasets,
    records(MetricRecord.self) { metric, tables in
      [
        ("name", metric.name), ("instruction", metric.instruction),
        ("check", metric.check.map { JSONValue.object($0).text }),
      ] + metric.rubricBands.map { ("rubric_bands", $0.description) } + tags(of: metric, tables)
    },
    records(MetricGroupRecord.self) { group, tables in
      [("name", group.name), ("description", group.description)] + tags(of: group, tables)
    },
    records(RunRecord.self) { run, tables in
      [
        ("name", run.name), ("model", run.model ?? run.snapshot?.model), ("judge_model", run.judgeModel),
        ("error", run.errorMessage), ("system_prompt", run.settings.systemPrompt),
      ] + tags(of: run, tables)
    },
    records(ExperimentRecord.self) { experiment, _ in [("name", experiment.name)] },
    records(TagRecord.self) { tag, _ in [("name", tag.name)] },
    records(ProviderCredentialRecord.self) { credential, _ in
      [("name", credential.name), ("provider", credential.provider), ("api_endpoint", credential.apiEndpoint)]
    },
    records(SessionRecord.self) { session, tables in
      [("key", session.key)]
        + tables.exchanges(ofSession: session.id).flatMap { exchange in
          exchange.messages.map { ("message", $0.content) } + [("answer", exchange.answer)]
        }
    },
    responses, generations,
  ]

  private static let datasets = SearchKind(kind: .datasets) { tables, start in
    var items: [SearchItem] = []
    tables.datasets.forEachInPlace { dataset in
      guard start.map({ dataset.id < $0.owner }) ?? true else { return }
      items.append(SearchItem(dataset, tags: tags(of: dataset, tables)))
    }
    return [Group(items)]
  }

  private static func records<Row: NamedRecord>(
    _ type: Row.Type, _ places: @escaping @Sendable (Row, borrowing Tables) -> [(String, String?)]
  ) -> SearchKind {
    SearchKind(kind: Row.kind) { tables, start in
      var items: [SearchItem] = []
      tables[keyPath: Row.table].forEachInPlace { record in
        guard start.map({ record.id < $0.owner }) ?? true else { return }
        items.append(SearchItem(record, places(record, tables)))
      }
      return [Group(items)]
    }
  }

  private static func tags(of record: some TaggedRecord, _ tables: borrowing Tables) -> [(String, String?)] {
    var places: [(String, String?)] = []
    for id in record.tagIDs { places.append(("tag", tables.tags[id]?.name)) }
    return places
  }

  /// Reviews are left out: who reads them has seen scores, and can no longer judge blindly.
  private static let responses = SearchKind(kind: .responses) { tables, start in
    var groups: [Group] = []
    tables.runs.forEachInPlace { run in
      guard start.map({ run.id <= $0.owner }) ?? true else { return }
      let (id, name) = (run.id, run.name)
      let group = Group(tables.responses.entries(ofRun: id), behind: start) { entry in
        SearchItem(entry) {
          let members: JSONObject = ["run_id": .int(id), "row_index": .int(entry.rowIndex)]
          return ("row \(entry.rowIndex) of run \"\(name)\"", members)
        } places: {
          let response = try entry.decoded()
          let inputs = response.input.members.map { ("input_data.\($0.key)", $0.value.stringValue) }
          let texts = [
            ("response_text", response.responseText), ("expected_output", response.expectedOutput),
            ("text_beside_calls", response.textBesideCalls), ("error", response.error),
          ]
          return (texts + inputs).compactMap { name, text in text.map { (name, $0) } }
        }
      }
      groups.append(group)
    }
    return groups
  }

  private static let generations = SearchKind(kind: .generations) { tables, start in
    var groups: [Group] = []
    tables.experiments.forEachInPlace { experiment in
      guard start.map({ experiment.id <= $0.owner }) ?? true else { return }
      let (id, name) = (experiment.id, experiment.name)
      let group = Group(tables.generations.entries(ofExperiment: id), behind: start) { entry in
        SearchItem(entry) {
          ("generation of experiment \"\(name)\"", ["experiment_id": .int(id)])
        } places: {
          let generation = try entry.decoded()
          let inputs = generation.inputs.members.map { ("inputs.\($0.key)", $0.value.stringValue) }
          let texts = [("output", generation.output), ("error", generation.error)]
          return (texts + inputs).compactMap { name, text in text.map { (name, $0) } }
        }
      }
      groups.append(group)
    }
    return groups
  }
}
