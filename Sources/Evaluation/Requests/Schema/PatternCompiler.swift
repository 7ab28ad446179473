/// Compiles an expression into the steps of a search.
struct PatternCompiler {
  private var steps: [LinearPattern.Step] = []
  /// The nodes that were compiled; repeated nothing makes no steps, and nested repetitions of it take forever.
  private var nodes = 0

  private static let mostNodes = 20 * LinearPattern.mostSteps

  static func program(of node: PatternNode) throws(EvaluationError) -> [LinearPattern.Step] {
    var compiler = PatternCompiler()
    try compiler.append(node)
    return compiler.steps + [.match]
  }

  private mutating func append(_ node: PatternNode) throws(EvaluationError) {
    nodes += 1
    guard steps.count <= LinearPattern.mostSteps, nodes <= Self.mostNodes else {
      throw EvaluationError(
        "The pattern repeats so much that it cannot be searched for. Give smaller counts of repetitions.")
    }
    switch node {
    case .scalar(let set): steps.append(.scalar(set))
    case .assertion(let assertion): steps.append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .choice(let nodes):
      var ends: [Int] = []
      for node in nodes.dropLast() {
        let split = steps.count
        steps.append(.jump(0))
        try append(node)
        ends.append(steps.count)
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
      }
      if let last = nodes.last { try append(last) }
      for end in ends { steps[end] = .jump(steps.count) }
    case .repetition(let node, let count, let isEndless):
      for _ in 0..<count.lowerBound { try append(node) }
      if isEndless {
        let split = steps.count
        steps.append(.jump(0))
        try append(node)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
      }
      var splits: [Int] = []
      for _ in count.lowerBound..<count.upperBound {
        splits.append(steps.count)
        steps.append(.jump(0))
        try append(node)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }
}
