package import Store

/// The changes to an experiment; nil values stay unchanged.
package struct ExperimentChange: Sendable {
  package var name: String?
  package var promptIDs: [Int]?
  package var weights: [Double]?
  package var allocation: ExperimentRecord.Allocation?
  package var status: ExperimentRecord.Status?

  package init(
    name: String? = nil, promptIDs: [Int]? = nil, weights: [Double]? = nil,
    allocation: ExperimentRecord.Allocation? = nil, status: ExperimentRecord.Status? = nil
  ) {
    self.name = name
    self.promptIDs = promptIDs
    self.weights = weights
    self.allocation = allocation
    self.status = status
  }
}

extension ExperimentRecord {
  /// The largest number of versions of an experiment.
  ///
  /// With more, each would get too little traffic to learn from.
  package static let mostVersions = 20
}

extension Transaction {
  package mutating func createExperiment(
    name: String, promptIDs: [Int], weights: [Double]? = nil, allocation: ExperimentRecord.Allocation = .fixed,
    status: ExperimentRecord.Status = .running
  ) throws(EvaluationError) -> ExperimentRecord {
    var experiment = ExperimentRecord()
    experiment.name = name
    experiment.arms = try tables.arms(promptIDs, weights, atLeast: 2)
    experiment.allocation = allocation
    experiment.status = status
    (experiment.createdAt, experiment.updatedAt) = (now, now)
    return insert(experiment)
  }

  package mutating func updateExperiment(
    _ id: Int, _ change: ExperimentChange
  ) throws(EvaluationError) -> ExperimentRecord {
    var experiment = try tables.find(ExperimentRecord.self, id)
    experiment.name = change.name ?? experiment.name
    if change.promptIDs != nil || change.weights != nil {
      experiment.arms = try tables.arms(
        change.promptIDs ?? experiment.arms.map(\.promptID), change.weights, over: experiment.arms)
    }
    experiment.allocation = change.allocation ?? experiment.allocation
    experiment.status = change.status ?? experiment.status
    experiment.updatedAt = now
    put(experiment)
    return experiment
  }

  /// Notes that a call begins, or with -1 that it has ended: one that is open when a server ends has an unknown cost.
  mutating func countOpenCall(_ change: Int, ofExperiment id: Int) {
    guard var experiment = tables.experiments[id] else { return }
    experiment.openCalls = max(0, experiment.openCalls + change)
    put(experiment)
  }

  /// Inserts a generation; a failed one gets its place among the outcomes if it counts at once.
  mutating func insertGeneration(_ generation: GenerationRecord) -> GenerationRecord {
    var generation = generation
    if generation.status == .failed {
      let earlier = tables.generations.entries(ofExperiment: generation.experimentID)
      if earlier.last(where: { !$0.isFailed })?.outcomeOrder != nil {
        generation.outcomeOrder = earlier.lastOutcomeOrder
      }
    }
    return insert(generation)
  }

  /// Records the outcome of a generation; nil removes it.
  ///
  /// The first outcome of a generation gets the next place in the order of recording. Later ones replace it there.
  /// - Returns: the generation's earlier entry.
  /// - Throws: ``EvaluationError`` for a generation without an output, or a decoding error.
  package mutating func recordOutcome(
    _ outcome: GenerationRecord.Outcome?, ofGeneration id: Int
  ) throws -> GenerationEntry {
    let entry = try tables.generation(id)
    guard !entry.isFailed else {
      throw EvaluationError("Generation \(entry.id) failed, so it has no output that could be judged.")
    }
    if outcome != entry.outcome {
      var record = try entry.decoded()
      record.outcome = outcome
      if entry.outcomeOrder != nil { record.isOutcomeChanged = true }
      record.outcomeOrder =
        entry.outcomeOrder ?? tables.generations.entries(ofExperiment: entry.experimentID).lastOutcomeOrder + 1
      put(record)
    }
    return entry
  }

  /// Removes a prompt version and its generations from all experiments, and deletes an experiment without versions.
  ///
  /// - Parameter removal: counts the experiments and the generations that are deleted, if an experiment has the version.
  mutating func removeFromExperiments(prompt id: Int, counting removal: inout Removal) {
    var (experiments, generations) = (0, 0)
    var isKnown = false
    for var experiment in tables.experiments.newestFirst {
      let lost = tables.generations.entries(ofExperiment: experiment.id)
      let takesPart = experiment.arms.contains { $0.promptID == id }
      isKnown = isKnown || takesPart
      experiment.arms.removeAll { $0.promptID == id }
      if takesPart, experiment.arms.isEmpty {
        generations += lost.count
        removal.spending += Spending(lost, openCalls: experiment.openCalls)
        experiments += 1
        delete(ExperimentRecord.self, id: experiment.id)
        continue
      }
      generations += deleteGenerations(ofExperiment: experiment.id, byPrompt: id)
      removal.spending += Spending(lost.filter { $0.promptID == id })
      guard takesPart else { continue }
      experiment.updatedAt = now
      // One of the remaining versions must have a weight, even if none had one.
      if !experiment.arms.contains(where: { $0.weight > 0 }) {
        experiment.arms = experiment.arms.map { .init(promptID: $0.promptID, weight: 1) }
      }
      put(experiment)
    }
    guard isKnown || generations > 0 else { return }
    removal.count(.experiments, experiments)
    removal.count(.generations, generations)
  }
}

extension Tables {
  /// A generation, or an error with advice on finding it.
  ///
  /// - Parameter experimentID: the experiment of the generation; nil for any.
  package func generation(
    _ id: Int, ofExperiment experimentID: Int? = nil
  ) throws(EvaluationError) -> GenerationEntry {
    if let entry = generations.entry(id), experimentID == nil || entry.experimentID == experimentID { return entry }
    let place = experimentID.map { " in experiment \($0)" } ?? ""
    throw EvaluationError(
      "No generation \(id)\(place). experiments_generate makes them; experiments_get with generations true lists them.")
  }

  /// The versions with their validated weights: the given ones, or else the current ones, or else 1.
  fileprivate func arms(
    _ promptIDs: [Int], _ weights: [Double]?, over old: [ExperimentRecord.Arm] = [], atLeast fewest: Int = 1
  ) throws(EvaluationError) -> [ExperimentRecord.Arm] {
    let most = ExperimentRecord.mostVersions
    guard (fewest...most).contains(promptIDs.count), Set(promptIDs).count == promptIDs.count else {
      throw EvaluationError("prompt_ids must name \(fewest) to \(most) different prompt versions.")
    }
    for id in promptIDs { _ = try find(PromptRecord.self, id) }
    let weights = weights.flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardWeights(promptIDs, over: old)
    guard weights.count == promptIDs.count else {
      throw EvaluationError(
        "weights needs \(promptIDs.count) numbers, one for each prompt version, but has \(weights.count).")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw EvaluationError(
        "All weights are 0, so no version would be drawn. Give at least one version a weight above 0.")
    }
    return zip(promptIDs, weights).map { ExperimentRecord.Arm(promptID: $0, weight: $1) }
  }

  /// The current weights, and 1 for new versions.
  ///
  /// All weights are 1 if the remaining versions would get no traffic.
  private static func standardWeights(_ promptIDs: [Int], over old: [ExperimentRecord.Arm]) -> [Double] {
    let known = Dictionary(old.map { ($0.promptID, $0.weight) }) { first, _ in first }
    let weights = promptIDs.map { known[$0] ?? 1 }
    return weights.contains { $0 > 0 } ? weights : promptIDs.map { _ in 1 }
  }
}
