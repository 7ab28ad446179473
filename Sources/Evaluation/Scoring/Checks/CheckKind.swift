import JSONCoding

extension Check {
  /// A kind of check; each is one value in a file of its own, listed in ``Check/kinds``.
  struct Kind: Sendable {
    /// The member of a check that names its kind.
    static let nameMember = "kind"

    let name: String
    /// What passes, in one line.
    let summary: String
    /// The arguments of this kind alone.
    let arguments: [Argument]
    /// The argument with what the answer is compared with; without it and without a column, the expected output.
    let comparand: String?
    /// The arguments with which the answer is compared with nothing.
    let comparisonIsReplacedBy: [String]
    /// Whether a row's empty text is one to compare with, and not the lack of one: an empty list of items is a list.
    let takesEmptyText: Bool
    /// Whether the whole answer is compared, so that it is the expected output or not.
    let comparesWholeAnswer: Bool
    /// Whether it scores how long the answer took.
    let measuresLatency: Bool
    /// The scoring with these arguments.
    ///
    /// It throws an ``EvaluationError`` that begins with the path of the value at fault.
    let prepare: @Sendable (_ arguments: Arguments) throws(EvaluationError) -> Scoring

    init(
      _ name: String, _ summary: String, _ arguments: [Argument], comparesWith comparand: String? = nil,
      unless replacements: [String] = [], takesEmptyText: Bool = false, comparesWholeAnswer: Bool = false,
      measuresLatency: Bool = false,
      _ prepare: @escaping @Sendable (_ arguments: Arguments) throws(EvaluationError) -> Scoring
    ) {
      self.name = name
      self.summary = summary
      self.arguments = arguments
      self.comparand = comparand
      comparisonIsReplacedBy = replacements
      self.takesEmptyText = takesEmptyText
      self.comparesWholeAnswer = comparesWholeAnswer
      self.measuresLatency = measuresLatency
      self.prepare = prepare
    }

    /// The arguments of every kind.
    static let commonArguments: [Argument] = [.not, .target, .when]

    /// The arguments with those of all kinds.
    var allArguments: [Argument] { arguments + Self.commonArguments }

    /// What passes and the arguments, in two sentences.
    var usage: String {
      "\(name) passes if \(summary). It takes \(allArguments.map(\.usage).joined(separator: ", "))."
    }

    static func named(_ value: JSONValue?) throws(EvaluationError) -> Kind {
      let names = kinds.map(\.name)
      let all = "Kinds are \(names.joined(separator: ", "))."
      guard let value else { throw EvaluationError("check.kind is missing. \(all)") }
      if let kind = kinds.first(where: { $0.name == value.stringValue }) { return kind }
      let name = value.stringValue ?? value.text
      let nearest = NearestName.of(name, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
      throw EvaluationError("check.kind is \"\(name.shown)\", which is no kind.\(nearest) \(all)")
    }
  }

  /// Every kind, in the order in which tools name them.
  static let kinds: [Kind] = [
    .equals, .contains, .containsAll, .containsAny, .startsWith, .endsWith, .regex, .json, .jsonPath, .number, .length,
    .overlap, .similarity, .cost, .latency, .finish, .toolCall,
  ]

  /// All kinds with the names of their arguments, for the descriptions of tools.
  package static var synopsis: String {
    var groups: [(names: [String], arguments: [String])] = []
    for kind in kinds {
      let arguments = kind.arguments.map(\.name)
      if let index = groups.firstIndex(where: { $0.arguments == arguments }) {
        groups[index].names.append(kind.name)
      } else {
        groups.append(([kind.name], arguments))
      }
    }
    let common = Kind.commonArguments.map(\.name).joined(separator: ", ")
    return groups.map { "\($0.names.joined(separator: "/"))(\($0.arguments.joined(separator: ", ")))" }
      .joined(separator: " ") + "; all: \(common)."
  }
}
