import JSONCoding
import Providers
import Store

extension RunPlan {
  /// The judge of a row's answer, or of a test; it collects the calls that were wasted.
  func judgeModel(_ binding: ModelBinding, _ retries: ModelBinding.Retries) -> JudgeModel {
    JudgeModel(binding: binding, retries: retries, sight: judgeSight, judgements: caching.judgements)
  }

  /// The reviews that a new answer waits for, by the metrics that apply to its row; nil if there are none.
  func reviewsToCome(after account: RowCost) -> RowForecast.Row? {
    let reviews = criteria.count - rows.skipped(of: criteria, at: account.key.rowIndex).count
    guard reviews > 0, let answer = account.answer else { return nil }
    return RowForecast.Row(
      promptBytes: account.promptBytes,
      answerTokens: answer.tokens?.completionTokens ?? TokenEstimator().tokens(ofBytes: answer.bytes),
      reviews: reviews)
  }
}

extension RunRows {
  /// The metrics that do not apply to a row, of those of a judge; 0 for the built-in one.
  func skipped(of criteria: [Criterion], at index: Int) -> Set<Int> {
    guard criteria.contains(where: \.isOfColumns) else { return [] }
    let values = self[index].values
    return Set(criteria.filter { $0.reasonToSkip(values) != nil }.map { $0.metricID ?? 0 })
  }

  /// What the judge is shown of a response, and what is to be said where that is not all.
  ///
  /// - Parameter tools: the tools offered to the model, in OpenAI's form.
  /// - Throws: ``EvaluationError`` for a row that can no longer be read.
  func subject(
    of response: ResponseRecord, text: String, tools: [JSONValue]
  ) throws(EvaluationError) -> (JudgePrompt.Subject, note: String?) {
    let index = response.rowIndex
    func subject(_ sent: RenderedRequest, seesImages: Bool) -> JudgePrompt.Subject {
      JudgePrompt.Subject(
        of: response, text: text, to: sent, seesImages: seesImages, tools: tools, values: self[index].values)
    }
    let reason: EvaluationError
    do throws(EvaluationError) { return (subject(try request(at: index), seesImages: true), nil) } catch {
      reason = error
    }
    // The answer is there, and its images may have been moved since.
    return (
      subject(try request(at: index, .unread), seesImages: false),
      "The judge has not seen the images of row_index \(index): \(reason.description)"
    )
  }
}
