import Evaluation
import JSONCoding
import Store

/// A kind of things that can be found by their texts.
///
/// To add one, list it in ``all``.
struct SearchKind: Sendable {
  let kind: RecordKind
  /// Gathers the things of the kind that come after a position, in order; nil for all.
  let items: @Sendable (_ tables: borrowing Tables, _ start: SearchItem.Position?) -> [SearchItem]

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
        ("error", run.errorMessage),
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
    for dataset in tables.datasets.newestFirst where start.map({ dataset.id < $0.owner }) ?? true {
      items.append(SearchItem(dataset, tags: tags(of: dataset, tables)))
    }
    return items
  }

  private static func records<Row: NamedRecord>(
    _ type: Row.Type, _ places: @escaping @Sendable (Row, borrowing Tables) -> [(String, String?)]
  ) -> SearchKind {
    SearchKind(kind: Row.kind) { tables, start in
      var items: [SearchItem] = []
      for record in tables[keyPath: Row.table].newestFirst where start.map({ record.id < $0.owner }) ?? true {
        items.append(SearchItem(record, places(record, tables)))
      }
      return items
    }
  }

  private static func tags(of record: some TaggedRecord, _ tables: borrowing Tables) -> [(String, String?)] {
    var places: [(String, String?)] = []
    for id in record.tagIDs { places.append(("tag", tables.tags[id]?.name)) }
    return places
  }

  /// Reviews are left out: who reads them has seen scores, and can no longer judge blindly.
  private static let responses = SearchKind(kind: .responses) { tables, start in
    var items: [SearchItem] = []
    for run in tables.runs.newestFirst where start.map({ run.id <= $0.owner }) ?? true {
      for entry in tables.responses.entries(ofRun: run.id) {
        let item = SearchItem(
          entry, name: "row \(entry.rowIndex) of run \"\(run.name)\"",
          ["run_id": .int(run.id), "row_index": .int(entry.rowIndex)]
        ) {
          let response = try entry.decoded()
          let inputs = response.input.members.map { ("input_data.\($0.key)", $0.value.stringValue) }
          let texts = [
            ("response_text", response.responseText), ("expected_output", response.expectedOutput),
            ("text_beside_calls", response.textBesideCalls), ("error", response.error),
          ]
          return (texts + inputs).compactMap { name, text in text.map { (name, $0) } }
        }
        if start.map({ item.position.isBehind($0) }) ?? true { items.append(item) }
      }
    }
    return items
  }

  private static let generations = SearchKind(kind: .generations) { tables, start in
    var items: [SearchItem] = []
    for experiment in tables.experiments.newestFirst where start.map({ experiment.id <= $0.owner }) ?? true {
      for entry in tables.generations.entries(ofExperiment: experiment.id) {
        let item = SearchItem(
          entry, name: "generation of experiment \"\(experiment.name)\"", ["experiment_id": .int(experiment.id)]
        ) {
          let generation = try entry.decoded()
          let inputs = generation.inputs.members.map { ("inputs.\($0.key)", $0.value.stringValue) }
          let texts = [("output", generation.output), ("error", generation.error)]
          return (texts + inputs).compactMap { name, text in text.map { (name, $0) } }
        }
        if start.map({ item.position.isBehind($0) }) ?? true { items.append(item) }
      }
    }
    return items
  }
}
