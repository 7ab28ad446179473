import Providers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the program was started with: arguments first, then `COMPLETION_KIT_...` in the environment, then the defaults.
struct Options: Equatable {
  /// How much is said on standard error.
  enum LogLevel: String, CaseIterable {
    case error, notice, debug
  }

  var store: String
  /// The groups of tools to offer; nil for all.
  var toolsets: [String]?
  var isReadOnly = false
  var isNoSpend = false
  var isInOrder = false
  var allowsPrivateEndpoints = false
  /// Keys of the environment that credentials may send to hosts, beside the vendors' own.
  var allowedKeys: [AllowedKey] = []
  var logLevel = LogLevel.notice
  /// Seconds for one call to a provider; nil for the default.
  var requestTimeout: Double?
  /// The version header of Anthropic's Messages API; nil for the default.
  var anthropicVersion: String?

  /// What the arguments ask for.
  enum Command: Equatable {
    case serve(Options)
    case printVersion
    case printHelp
  }

  /// Why the arguments cannot be understood.
  struct Invalid: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  static let environmentPrefix = "COMPLETION_KIT_"
  private static let switches = ["--read-only", "--no-spend", "--in-order", "--allow-private-endpoints"]
  private static let settings = [
    "--store", "--toolsets", "--log-level", "--anthropic-version", "--request-timeout", "--allow-key",
  ]

  /// - Parameter toolsets: the names that `--toolsets` may have.
  static func parse(
    _ arguments: [String], environment: [String: String], toolsets: [String]
  ) throws(Invalid) -> Command {
    var options = Options(store: defaultStore(environment))
    for name in switches + settings {
      let variable = environmentPrefix + name.dropFirst(2).uppercased().replacing("-", with: "_")
      guard let value = environment[variable], !isUnset(value, for: name) else { continue }
      try options.set(name, to: value, source: variable, toolsets: toolsets)
    }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0]
      switch name {
      case "--help", "-h": return .printHelp
      case "--version": return .printVersion
      case _ where switches.contains(name):
        let value = parts.count > 1 ? parts[1] : "true"
        if isProtective(name) || !isUnset(value, for: name) {
          try options.set(name, to: value, source: name, toolsets: toolsets)
        }
      case _ where settings.contains(name):
        guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
          throw Invalid(description: "\(name) needs a value. completion-kit --help shows all options.")
        }
        if isProtective(name) || !isUnset(value, for: name) {
          try options.set(name, to: value, source: name, toolsets: toolsets)
        }
      default:
        throw Invalid(description: "Unknown option \(argument). completion-kit --help shows all options.")
      }
    }
    return .serve(options)
  }

  /// Whether a value says nothing: it is empty, or a client has left a variable such as `${user_config.log_level}` in it.
  private static func isUnset(_ value: String, for name: String) -> Bool {
    value.isEmpty || !isProtective(name) && value.hasPrefix("${") && value.hasSuffix("}")
  }

  /// Whether the option says where everything is kept, or keeps the program from changing or spending anything: then it
  /// is never taken to be left out.
  private static func isProtective(_ name: String) -> Bool { ["--store", "--read-only", "--no-spend"].contains(name) }

  /// Whether a path holds a variable that nobody has filled in.
  private static func hasVariable(_ path: String) -> Bool {
    path.firstMatch(of: /\$(?:\{|[A-Za-z_])/) != nil
  }

  private mutating func set(
    _ name: String, to value: String, source: String, toolsets known: [String]
  ) throws(Invalid) {
    switch name {
    case "--read-only": isReadOnly = try Self.flag(value, source)
    case "--no-spend": isNoSpend = try Self.flag(value, source)
    case "--in-order": isInOrder = try Self.flag(value, source)
    case "--allow-private-endpoints": allowsPrivateEndpoints = try Self.flag(value, source)
    case "--anthropic-version": anthropicVersion = value
    case "--request-timeout":
      guard let seconds = Double(value), (1...3_600).contains(seconds) else {
        throw Invalid(description: "\(source) must be a number of seconds from 1 to 3600, not \"\(value)\".")
      }
      requestTimeout = seconds
    case "--allow-key":
      for part in value.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
        guard let key = AllowedKey(String(part)) else {
          throw Invalid(description: "\(source) must be NAME=HOST, such as MY_KEY=llm.example.com, not \"\(part)\".")
        }
        allowedKeys.append(key)
      }
    case "--log-level":
      guard let level = LogLevel(rawValue: value) else {
        let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
        throw Invalid(description: "\(source) must be one of \(levels), not \"\(value)\".")
      }
      logLevel = level
    case "--toolsets":
      let names = value.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
      let unknown = names.filter { !known.contains($0) }
      guard unknown.isEmpty, !names.isEmpty else {
        throw Invalid(
          description: "\(source) must name some of \(known.joined(separator: ", ")), not \"\(value)\".")
      }
      toolsets = names
    default:
      guard !value.isEmpty else { throw Invalid(description: "\(source) needs a path.") }
      guard !Self.hasVariable(value) else {
        throw Invalid(
          description:
            "\(source) is \"\(value)\", with a variable that was not filled in. Write the path out; ~/ works.")
      }
      let home = FileManager.default.homeDirectoryForCurrentUser.path
      store = value.hasPrefix("~/") ? home + value.dropFirst() : value
    }
  }

  private static func flag(_ value: String, _ source: String) throws(Invalid) -> Bool {
    switch value.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default: throw Invalid(description: "\(source) must be true or false, not \"\(value)\".")
    }
  }

  /// The store's place by the platform's custom (on Linux the XDG Base Directory Specification).
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
