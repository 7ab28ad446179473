import JSONCoding
import Providers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The program's settings, from the arguments, or else from the environment, or else the defaults.
struct Options: Equatable {
  /// How much is written to standard error.
  enum LogLevel: String, CaseIterable {
    case error, notice, debug
  }

  var store: String
  /// The enabled groups of tools; nil for all.
  var toolsets: [String]?
  var isReadOnly = false
  var isNoSpend = false
  var isInOrder = false
  /// Whether an error or a gate that does not pass makes the program fail.
  var isStrict = false
  var allowsPrivateEndpoints = false
  /// Environment keys that credentials may send to hosts other than the vendors' own.
  var allowedKeys: [AllowedKey] = []
  /// The judge of runs that name none.
  var judgeModel: String?
  /// Folders whose files clients may name, besides the one next to the store.
  var files: [String] = []
  var logLevel = LogLevel.notice
  /// The time limit in seconds of one call to a provider.
  var requestTimeout = HTTPRequest.defaultTimeout
  /// The version header of Anthropic's Messages API.
  var anthropicVersion = Anthropic.apiVersion

  /// The command in the arguments.
  enum Command: Equatable {
    case serve(Options)
    case print(PrintedText)
  }

  /// Why the arguments are invalid, as a sentence.
  struct Invalid: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  static func parse(_ arguments: [String], environment: [String: String]) throws(Invalid) -> Command {
    var options = Options(store: defaultStore(environment))
    for option in all {
      guard let value = environment[option.variable], !option.isLeftOut(value) else { continue }
      try options.set(option, to: value, source: option.variable)
    }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if let text = PrintedText(argument: argument) { return .print(text) }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let option = all.first(where: { $0.name == parts[0] }) else {
        let meant = NearestName.of(parts[0], among: all.map(\.name) + PrintedText.allCases.map(\.rawValue))
        let hint = meant.map { " Did you mean \($0)?" } ?? ""
        throw Invalid(description: "Unknown option \(argument).\(hint) completion-kit --help shows all options.")
      }
      guard let value = parts.count > 1 ? parts[1] : option.placeholder == nil ? "true" : rest.popFirst() else {
        throw Invalid(description: "\(option.name) needs a value. completion-kit --help shows all options.")
      }
      guard option.isProtective || !option.isLeftOut(value) else { continue }
      try options.set(option, to: value, source: option.name)
    }
    return .serve(options)
  }

  private mutating func set(_ option: ProgramOption, to value: String, source: String) throws(Invalid) {
    do throws(ProgramOption.Fault) { try option.set(&self, value) } catch {
      throw Invalid(description: "\(source) \(error.text).")
    }
  }

  /// Every folder whose files clients may name, those that the user chose before the program's own.
  var readableFolders: [String] { files + [ownFolder] }

  /// The folder for files beside the store.
  var ownFolder: String {
    URL(fileURLWithPath: store).deletingLastPathComponent().appendingPathComponent("files").path
  }

  /// A path with `~` replaced by the home folder.
  static func expanded(_ path: String) -> String {
    path.hasPrefix("~/") ? FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst() : path
  }

  /// The store at a path: the path itself, or `store.json` in a folder.
  static func storeFile(at path: String) -> String {
    if path.hasSuffix("/") { return path + "store.json" }
    return FileManager.default.fileExists(atPath: path + "/.") ? path + "/store.json" : path
  }

  /// The platform's standard location of the store (on Linux by the XDG Base Directory Specification).
  static func defaultStore(_ environment: [String: String]) -> String {
    let home =
      environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? FileManager.default.homeDirectoryForCurrentUser.path
    #if os(macOS)
      let data = home + "/Library/Application Support"
    #else
      let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/share"
    #endif
    return data + "/completion-kit/store.json"
  }
}
