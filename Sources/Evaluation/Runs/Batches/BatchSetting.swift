import Providers
package import Store

/// What `batch` does not go with.
package enum BatchSetting {
  /// - Parameter checks: the run's metrics with checks.
  /// - Throws: ``EvaluationError`` for other settings of the run that batches make impossible.
  package static func check(_ run: RunRecord, checks: [CheckedMetric]) throws(EvaluationError) {
    guard run.batch else { return }
    if let other = run.stopAgainst {
      throw EvaluationError(
        "stop_against \(other) ends a run between its rows, and batch has them answered together. Leave one of the two out."
      )
    }
    if let tier = run.serviceTier, tier != "auto" {
      throw EvaluationError(
        "service_tier \(tier) has each row answered by itself, and batch has its own tier. Leave one of the two out.")
    }
    if let metric = checks.first(where: { $0.measuresLatency }) {
      throw EvaluationError(
        "\"\(metric.name)\" checks the latency of answers, which those of a batch do not have. Leave the metric or batch out."
      )
    }
  }

  /// Why a model cannot answer in batches.
  package static func refusal(of model: String, at provider: String) -> String {
    let name = Vendor.displayName(of: provider)
    let vendors = Vendor.allCases.filter(\.hasBatches).map(\.displayName).joined(separator: " or ")
    return
      "batch is true, and \(name), which answers as \(model), has no batch API that is known here. Leave batch out, or choose "
      + "a model of \(vendors)."
  }
}
