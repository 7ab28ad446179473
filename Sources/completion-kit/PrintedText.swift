/// A text that the program prints instead of serving, by the argument that asks for it.
enum PrintedText: String, CaseIterable {
  case firstEvaluation = "--try"
  case version = "--version"
  case help = "--help"

  /// Nil for an argument that asks for none.
  init?(argument: String) { self.init(rawValue: argument == "-h" ? "--help" : argument) }

  /// The line of `--help`, without the argument.
  var usage: String {
    switch self {
    case .firstEvaluation: "print a first evaluation, which needs no key and no network"
    case .version: "print the version"
    case .help: "print this"
    }
  }

  func text(_ environment: [String: String]) async throws -> String {
    switch self {
    case .firstEvaluation: try await FirstEvaluation.text()
    case .version: "completion-kit \(Help.version)"
    case .help: Help.text(store: Options.defaultStore(environment))
    }
  }
}
