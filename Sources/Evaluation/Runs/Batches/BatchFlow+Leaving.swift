import Providers
import Store

/// Batches that are left for a later start, and what a run says of requests without an answer.
extension BatchFlow {
  /// Why a batch is left, although answers may come of it; nothing of it is submitted again.
  enum Leaving: Sendable {
    /// It cannot be told to end.
    case uncancelled
    /// The provider does not have it or its results.
    case lost
    /// The provider should have ended it long ago.
    case overdue
    /// It is at another address than the one that is asked now.
    case moved
    /// Its outcome is unknown, and another copy of the store may look for it too.
    case copied
  }

  /// Whether a batch is left for a later start: for a reason, or because its results have ended early too often.
  func isHopeless(_ record: BatchRecord) -> Bool {
    record.cutOffs >= Self.mostCutOffs || left[record.label] != nil
  }

  /// What of the requests has no answer, and what to do; nil if all have one or have failed.
  var sentence: String? {
    if let record = open.first(where: isHopeless) { return sentence(onLeft: record) }
    if link.isStopping() { return nil }
    if let failure { return failure }
    for record in records where record.state == .rejected {
      return
        "\(batches.providerName) rejected batch \(record.batchID ?? record.label) of \(record.count) requests, none of which was asked: "
        + "\(record.error ?? record.word ?? "no reason given")\(rowRemark(on: record)) runs_generate submits them again."
    }
    let missing = records.reduce(0) { $0 + ($1.state == .collected ? unanswered(of: $1).count : 0) }
    guard missing > 0 else { return nil }
    let (expired, cancelled) = (
      records.reduce(0) { $0 + $1.expired }, records.reduce(0) { $0 + $1.cancelled }
    )
    let total = records.reduce(0) { $0 + $1.count }
    let reasons = [
      expired > 0 ? "\(expired) expired before \(batches.providerName) came to them" : nil,
      cancelled > 0 ? "\(cancelled) were cancelled there" : nil,
    ].compactMap(\.self)
    return
      "\(missing) of \(total) requests in batches have no answer: \(reasons.joined(separator: ", ")). They cost nothing, "
      + "and runs_generate submits only these again."
  }

  private func sentence(onLeft record: BatchRecord) -> String {
    let (id, provider) = (record.batchID ?? record.label, batches.providerName)
    let name = "\(id) at \(provider)"
    let reason = record.error.map { " \($0)" } ?? ""
    let unanswered = unanswered(of: record).count
    let requests = "\(unanswered) \(unanswered == 1 ? "request" : "requests")"
    let anew = "runs_create with like_run \(plan.runID) and reuse: true"
    switch left[record.label] {
    case nil:
      return
        "The results of batch \(name) could not be read to their end in \(record.cutOffs) attempts:\(reason) What arrived is recorded; "
        + "runs_generate reads them again, without a new submission."
    case .uncancelled where record.state == .ended:
      return "The results of batch \(name) could not be read:\(reason) runs_generate reads them again."
    case .uncancelled:
      return
        "Batch \(name) could not be cancelled, so it may go on and be billed:\(reason) runs_generate records its answers."
    case .lost:
      return
        "Batch \(name) is lost:\(reason) Its \(requests) without an answer may have been billed, and nothing was submitted "
        + "again. If it belongs to another key, set that with provider_credentials_update; runs_generate asks once more, free of "
        + "charge. To pay for these rows anew: \(anew)."
    case .overdue:
      let state = record.word.map { ", and is \($0)" } ?? ""
      return
        "Batch \(name) should have ended by \((record.expiresAt ?? record.dueAt).description)\(state):\(reason) Its \(requests) without an "
        + "answer may yet be billed. runs_generate asks once more, without a new submission. To pay for these rows anew: "
        + "\(anew)."
    case .moved:
      return
        "Batch \(name) was submitted to \(record.address ?? ""), and the run's credential leads to \(plan.generator.address ?? "no server") "
        + "now. Nothing was submitted again. Set the old api_endpoint with provider_credentials_update, then runs_generate "
        + "records its answers; or pay for its rows anew: \(anew)."
    case .copied:
      return
        "Whether \(provider) has accepted the batch \(id) of \(requests) is not known, and this store is a copy or was moved. If no "
        + "other copy goes on with the run, runs_generate submits them; otherwise both would pay."
    }
  }

  /// What a copy of a store leaves to be asked for.
  ///
  /// - Parameters:
  ///   - rows: the number of rows that were not submitted.
  ///   - calls: the number of other calls, such as those of the judge.
  static func sentence(onCopyLeaving rows: Int, _ calls: Int) -> String {
    let parts = [
      rows > 0 ? "\(rows) \(rows == 1 ? "row was" : "rows were") not submitted" : nil,
      calls > 0 ? "\(calls) \(calls == 1 ? "answer was" : "answers were") not judged" : nil,
    ].compactMap(\.self)
    return
      "This store is a copy or was moved, so that nothing was paid for from here: \(parts.joined(separator: ", ")). If no other "
      + "copy goes on with the run, call runs_generate; otherwise both would pay."
  }

  /// The row of the line that a provider names; empty if it names none.
  private func rowRemark(on record: BatchRecord) -> String {
    guard let error = record.error?.lowercased(), let range = error.firstRange(of: "line ") else { return "" }
    let digits = error[range.upperBound...].prefix { $0.isNumber }
    var left = (Int(digits) ?? 0) - 1
    guard left >= 0 else { return "" }
    for range in record.ranges {
      if left < range.count {
        return batches.places.key(at: range.lowerBound + left).map { " (line \(digits) is row_index \($0.rowIndex).)" }
          ?? ""
      }
      left -= range.count
    }
    return ""
  }
}

extension BatchRecord {
  /// When its provider should have ended it, unless it says otherwise.
  var dueAt: Timestamp {
    Timestamp(millisecondsSince1970: submittedAt.millisecondsSince1970 + Int64(BatchPace.window * 1000))
  }
}
