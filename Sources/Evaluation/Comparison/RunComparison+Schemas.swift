import Store

/// Answers of different forms, which a difference of scores may come from.
extension RunComparison {
  /// That the runs asked for answers by different schemas; nil if they did not.
  static func schemas(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    let (first, second) = (baseline.settings.responseSchema, candidate.settings.responseSchema)
    guard first != second else { return nil }
    let rest = "(response_schema in differs), so the difference may be one of form as well as of content."
    guard first == nil || second == nil else {
      return "The answers of run \(candidate.run.id) and run \(baseline.run.id) follow different schemas \(rest)"
    }
    let (with, without) = first == nil ? (candidate, baseline) : (baseline, candidate)
    return "The answers of run \(with.run.id) follow a schema, and those of run \(without.run.id) are free text \(rest)"
  }
}
