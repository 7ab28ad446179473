import Providers
import Store

extension RowWorker {
  /// Adds the judge's preferences that a response lacks, in both orders.
  ///
  /// Each is on disk before the next is requested; the last is left to be recorded. Returns the row's outcome if it
  /// cannot be judged.
  func compare(_ row: inout AnsweredRow, _ pairwise: PairwisePlan, _ link: Link) async throws -> Outcome? {
    guard let binding = plan.judge, let entry = pairwise.rivals[row.response.rowIndex] else { return nil }
    guard let criterion = pairwise.criterion(ofRow: row.response.rowIndex, in: plan.rows) else {
      var review = pairwise.review(of: row.response, entry)
      review.isSkipped = true
      row.response.replacePairwise(review)
      return nil
    }
    let rival = try entry.decoded()
    let model = plan.judgeModel(binding, link.judgeRetries)
    let judge = Judge(model, model: binding.model, plan.judgeSettings)
    for isFirst in [true, false] {
      if pairwise.isJudged(row.response, entry, isFirst: isFirst) { continue }
      var review = pairwise.review(of: row.response, entry)
      let again = review.error != nil
      if !row.steps.isEmpty {
        guard try await record(&row, link.report) else { return .stopped }
      }
      let subject = try pairwise.subject(row.response, rival, isFirst: isFirst, in: plan.rows)
      let judgement = await judge.review(subject, by: criterion)
      if let outcome = try await charge(judgement, model.takeWasted(), to: &row, binding, again: again, link) {
        return outcome
      }
      review.error = nil
      switch judgement.outcome {
      case .completed(let score, let reasons) where isFirst:
        // The judge scores the second response.
        (review.asFirst, review.reasonsAsFirst) = (6 - score, reasons)
      case .completed(let score, let reasons): (review.asSecond, review.reasonsAsSecond) = (score, reasons)
      case .failed(let reason, _): review.error = reason
      }
      row.steps.append(judgement.score == nil ? .reviewFailed : .reviewed)
      row.response.replacePairwise(review)
      // The other order alone would not count.
      if judgement.score == nil { break }
    }
    return nil
  }
}
