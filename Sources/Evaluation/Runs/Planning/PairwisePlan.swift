import JSONCoding
import Providers
import Store

/// What comparing a run's answers with those of another run needs.
struct PairwisePlan: Sendable {
  let judging: PairwiseJudging
  /// The question by all criteria, which identifies the comparison.
  let criterion: Criterion
  let criteria: [Criterion]
  /// The other run's answers, by row.
  let rivals: [Int: ResponseEntry]
  /// The other run's requests.
  let rivalRows: RunRows
  /// The tools offered by each of the runs, in OpenAI's form.
  let tools: (own: [JSONValue], rival: [JSONValue])

  /// The question about a row, by the criteria that apply to it; nil if none does.
  func criterion(ofRow index: Int, in rows: RunRows) -> Criterion? {
    let skipped = rows.skipped(of: criteria, at: index)
    if skipped.isEmpty { return criterion }
    let rest = criteria.filter { !skipped.contains($0.metricID ?? 0) }
    return rest.isEmpty ? nil : .pairwise(by: rest)
  }

  /// What the judge is shown.
  ///
  /// Where the two runs sent different requests the judge sees the values of the row in their place: to show the request
  /// of one of them would favour its answer.
  ///
  /// - Parameter isFirst: whether the run's own response stands first.
  /// - Throws: ``EvaluationError`` for a row that can no longer be read.
  func subject(
    _ response: ResponseRecord, _ rival: ResponseRecord, isFirst: Bool, in rows: RunRows
  ) throws(EvaluationError) -> JudgePrompt.Subject {
    let index = response.rowIndex
    let row = rows[index]
    let (sent, other) = (try rows.request(at: index, .unread), try rivalRows.request(at: index, .unread))
    let isSame = sent.messages == other.messages && tools.own == tools.rival || row.input.isEmpty
    var images = sent.images
    do throws(EvaluationError) { images = try rows.request(at: index).images } catch { images = [] }
    let texts = [response, rival].map { response in
      [response.textBesideCalls, response.responseText].compactMap(\.self).joined(separator: "\n\n")
    }
    let values = row.input.members.map { "\($0.key): \($0.value.stringValue ?? $0.value.text)" }
    return JudgePrompt.Subject(
      systemPrompt: isSame ? sent.system : nil, input: isSame ? sent.input : values.joined(separator: "\n"),
      images: images, tools: isSame ? tools.own.map(JudgePrompt.Subject.line) : [],
      response: isFirst ? texts[0] : texts[1], rival: isFirst ? texts[1] : texts[0],
      expectedOutput: response.expectedOutput, values: row.values)
  }

  /// The preferences of a response so far.
  func review(of response: ResponseRecord, _ rival: ResponseEntry) -> PairwiseReview {
    response.pairwise.first {
      $0.against == judging.against && $0.otherResponseID == rival.id && $0.origin == judging.origin
    }
      ?? PairwiseReview {
        $0.against = judging.against
        $0.otherResponseID = rival.id
        $0.judgeModel = judging.judgeModel
        $0.judgeEffort = judging.judgeEffort
        $0.judgeSamples = judging.judgeSamples
        $0.fingerprint = judging.fingerprint
      }
  }

  /// Whether it is recorded that no criterion applies to the row of a response.
  func isSkipped(_ entry: ResponseEntry, besides rival: ResponseEntry) -> Bool {
    PairwisePreferences(entry, rival, origin: judging.origin).isSkipped
  }

  /// The number of orders in which a response is still to be judged; nil if the judge is not asked about it, because
  /// both answers are the same.
  func missing(in entry: ResponseEntry, besides rival: ResponseEntry) throws(StoreError) -> Int? {
    if try entry.comparedTexts().answer == rival.comparedTexts().answer { return nil }
    return 2 - PairwisePreferences(entry, rival, origin: judging.origin).judgementCount
  }

  /// Whether an order was judged, in this comparison or in that of the other run with this one.
  func isJudged(_ response: ResponseRecord, _ rival: ResponseEntry, isFirst: Bool) -> Bool {
    let preferences = PairwisePreferences(
      response.pairwise.map(ResponseEntry.PairwiseSummary.init), of: (response.id, response.runID), and: rival,
      origin: judging.origin)
    return (isFirst ? preferences.asFirst : preferences.asSecond) != nil
  }
}

extension ResponseRecord {
  mutating func replacePairwise(_ review: PairwiseReview) {
    pairwise.removeAll { $0.against == review.against && $0.origin == review.origin }
    pairwise.append(review)
  }
}
