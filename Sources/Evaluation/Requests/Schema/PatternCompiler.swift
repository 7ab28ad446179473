/// Compiles an expression into the steps of a search.
enum PatternCompiler {
  static func program(of node: PatternNode) throws(EvaluationError) -> [LinearPattern.Step] {
    var steps: [LinearPattern.Step] = []
    try append(node, to: &steps)
    return steps + [.match]
  }

  private static func append(_ node: PatternNode, to steps: inout [LinearPattern.Step]) throws(EvaluationError) {
    guard steps.count <= LinearPattern.mostSteps else {
      throw EvaluationError(
        "The pattern repeats so much that it cannot be searched for. Give smaller counts of repetitions.")
    }
    switch node {
    case .scalar(let set): steps.append(.scalar(set))
    case .assertion(let assertion): steps.append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try append(node, to: &steps) }
    case .choice(let nodes):
      var ends: [Int] = []
      for node in nodes.dropLast() {
        let split = steps.count
        steps.append(.jump(0))
        try append(node, to: &steps)
        ends.append(steps.count)
        steps.append(.jump(0))
        steps[split] = .split(split + 1, steps.count)
      }
      if let last = nodes.last { try append(last, to: &steps) }
      for end in ends { steps[end] = .jump(steps.count) }
    case .repetition(let node, let count, let isEndless):
      for _ in 0..<count.lowerBound { try append(node, to: &steps) }
      if isEndless {
        let split = steps.count
        steps.append(.jump(0))
        try append(node, to: &steps)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
      }
      var splits: [Int] = []
      for _ in count.lowerBound..<count.upperBound {
        splits.append(steps.count)
        steps.append(.jump(0))
        try append(node, to: &steps)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }
}
