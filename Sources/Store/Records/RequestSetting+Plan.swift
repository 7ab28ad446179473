import JSONCoding

/// The settings of a run's plan, in the order of the file.
extension RequestSetting {
  package static let rows = RequestSetting(
    "rows", .wordOrCount(["all", "train", "validation", "test"]),
    "train (40 %), validation, test (30 % each), or a number at random, the same for every run.",
    of: [.plan], standard: "all")
  package static let repeats = RequestSetting(
    "repeats", .integer(1...20), "Answers per row, to see how stable they are; seeds count up.", of: [.plan],
    standard: 1)
  package static let concurrency = RequestSetting(
    "concurrency", .integer(1...64), "Calls at once; 8 unless given.", of: [.plan], effect: .pace,
    standard: 8)
  package static let expectedColumn = RequestSetting(
    "expected_column", .name, "Column to compare with, if not expected_output.", of: [.plan], effect: .scores)
  package static let judgeSamples = RequestSetting(
    "judge_samples", .integer(1...5), "Judgements for the median of a review; 1 unless given.", of: [.plan],
    effect: .reviews, standard: 1)
  package static let judgeEffort = RequestSetting(
    "judge_effort", reasoningEffort.shape, "Effort of a reasoning judge.", of: [.plan], effect: .reviews)
  package static let judgeMaxTokens = RequestSetting(
    "judge_max_tokens", .integer(1...1_000_000), "Token limit of a judgement; 4096 unless given.", of: [.plan],
    effect: .reviews)
  package static let maxCost = RequestSetting(
    "max_cost", .number(0...1_000_000), "US dollars at which the run stops before it spends more; 0 for no limit.",
    of: [.plan], effect: .limits)

  package static let probe = RequestSetting(
    "probe", .boolean, "Test the judge first, 3 calls a metric; on from 30 answers unless free.", of: [.plan],
    effect: .trust)
  package static let stopAgainst = RequestSetting(
    "stop_against", .integer(1...ValueRange<Int>.highest),
    "Stop once better or worse than this run; never shows not_worse.",
    of: [.plan])

  package static let reuse = RequestSetting(
    "reuse", .boolean, "Copy answers that the store has to the same requests, free of charge.", of: [.plan],
    standard: false)
  package static let batch = RequestSetting(
    "batch", .boolean, "Half the price, within 24 h.", of: [.plan],
    standard: false)

  /// How an answer is served does not change it, so answers are copied from runs at any tier (``reuse``), and runs at
  /// different tiers can be compared.
  package static let serviceTier = RequestSetting(
    "service_tier", .word(["auto", "default", "flex", "flex_or_default", "scale", "priority", "fast"]),
    "flex: slower, often half price.", of: [.plan], effect: .price)

  static let plan = [
    rows, repeats, concurrency, serviceTier, expectedColumn, judgeSamples, judgeEffort, judgeMaxTokens, probe, maxCost,
    stopAgainst, reuse, batch,
  ]
}

extension RunRecord {
  /// The rows of the dataset to use: nil for all, `train`, `validation`, `test`, or a number of random rows.
  package var rows: String? {
    get { plan[.rows]?.stringValue }
    set { plan[.rows] = newValue.map(JSONValue.string) }
  }

  /// The number of answers that each row gets.
  package var repeats: Int {
    get { plan[.repeats]?.intValue ?? 1 }
    set { plan[.repeats] = .int(newValue) }
  }

  /// The number of calls at once.
  package var concurrency: Int {
    get { (plan[.concurrency] ?? RequestSetting.concurrency.standard)?.intValue ?? 1 }
    set { plan[.concurrency] = .int(newValue) }
  }

  /// The service tier of the calls, in the words of ``RequestSetting/serviceTier``; nil for what is usual at the provider.
  package var serviceTier: String? {
    get { plan[.serviceTier]?.stringValue }
    set { plan[.serviceTier] = newValue.map(JSONValue.string) }
  }

  /// The column with the expected outputs; nil for `expected_output`.
  package var expectedColumn: String? {
    get { plan[.expectedColumn]?.stringValue }
    set { plan[.expectedColumn] = newValue.map(JSONValue.string) }
  }

  /// The number of judgements from which a review takes the median; nil for one.
  package var judgeSamples: Int? {
    get { plan[.judgeSamples]?.intValue }
    set { plan[.judgeSamples] = newValue.map(JSONValue.int) }
  }

  /// The judge's reasoning effort; nil for its vendor's default.
  package var judgeEffort: String? {
    get { plan[.judgeEffort]?.stringValue }
    set { plan[.judgeEffort] = newValue.map(JSONValue.string) }
  }

  /// The token limit of a judgement; nil for the usual one.
  package var judgeMaxTokens: Int? {
    get { plan[.judgeMaxTokens]?.intValue }
    set { plan[.judgeMaxTokens] = newValue.map(JSONValue.int) }
  }

  /// Whether the judge is tested before the first row; nil to test one that costs something.
  package var probe: Bool? {
    get { plan[.probe]?.boolValue }
    set { plan[.probe] = newValue.map(JSONValue.bool) }
  }

  /// The run whose comparison with this one ends it before its last row; nil for none.
  package var stopAgainst: Int? {
    get { plan[.stopAgainst]?.intValue }
    set { plan[.stopAgainst] = newValue.map(JSONValue.int) }
  }

  /// Whether answers of earlier runs to the same requests are copied in place of calls.
  package var reuse: Bool {
    get { plan[.reuse]?.boolValue ?? false }
    set { plan[.reuse] = newValue ? true : nil }
  }

  /// Whether the provider's batch API answers its requests.
  package var batch: Bool {
    get { plan[.batch]?.boolValue ?? false }
    set { plan[.batch] = newValue ? true : nil }
  }

  /// The limit in US dollars; nil for none.
  package var maxCost: Double? {
    get { plan[.maxCost]?.doubleValue }
    set { plan[.maxCost] = newValue.map(JSONValue.double) }
  }
}
