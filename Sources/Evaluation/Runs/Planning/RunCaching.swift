import Providers
import Store

/// What the requests of a run have in common and the providers keep, so that it is paid for in full only once.
struct RunCaching: Sendable {
  /// The beginning of the requests for answers; nil if it is not kept.
  private(set) var answers: SharedPrefix?
  /// The number of judgements by each criterion.
  private(set) var judgements = 1
  /// The size of the beginning of requests for answers that is kept (``TextSize``); 0 for none.
  var answerSize: Int { (answers?.tokens ?? 0) * TextSize.token }
  /// The size of the beginning of judgements that is kept, averaged over the criteria.
  private(set) var judgeSize = 0
  /// The number of criteria whose judgements have a beginning that is kept.
  private(set) var keptCriteria = 0
  private var judge: PromptCache?
  private var isPairwise = false
  /// Whether the first row is asked alone, because rows beside it would pay for keeping the same.
  private(set) var isFirstAlone = false

  /// No request has anything in common with others.
  init() {}

  /// - Parameters:
  ///   - rows: the run's.
  ///   - work: what is to be done.
  ///   - generator: nil if the answers are there.
  init(
    _ rows: RunRows, _ settings: RequestSettings, _ work: [RunPlan.RowWork], generator: ModelBinding?,
    judge: ModelBinding?, criteria: [Criterion], samples: Int, isPairwise: Bool = false
  ) {
    self.isPairwise = isPairwise
    self.judge = judge?.promptCache
    let calls = work.count(where: \.asksModel)
    if let cache = generator?.promptCache, let prefix = rows.prefix(settings), cache.keeps(prefix, requests: calls) {
      answers = prefix
    }
    judgements = work.reduce(0) { $0 + (isPairwise ? $1.size.reviews : min($1.size.reviews, 1)) } * samples
    let kept = criteria.compactMap(keptInstructions)
    keptCriteria = kept.count
    judgeSize = kept.reduce(0) { $0 + $1.tokens * TextSize.token } / max(criteria.count, 1)
    isFirstAlone = answers != nil || !kept.isEmpty
  }

  /// Whether the judge's instructions by a criterion are kept.
  func keepsJudgements(by criterion: Criterion) -> Bool { keptInstructions(by: criterion) != nil }

  private func keptInstructions(by criterion: Criterion) -> SharedPrefix? {
    guard let judge, let prefix = JudgePrompt.prefix(for: criterion, comparing: isPairwise) else { return nil }
    return judge.keeps(prefix, requests: judgements) ? prefix : nil
  }
}

extension RunRows {
  /// What the requests for all rows begin with; nil for nothing.
  ///
  /// - Parameter settings: those of the requests.
  func prefix(_ settings: RequestSettings) -> SharedPrefix? {
    template.beginning(images).prefix(beside: settings.textBesideMessages)
  }
}
