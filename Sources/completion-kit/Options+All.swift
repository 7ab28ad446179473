import Providers
import Toolbox

extension Options {
  /// Every option, in the order of the help.
  ///
  /// To add one, add an entry here and a property to ``Options``; the parser, the environment, `--help` and the README's
  /// table follow.
  static let all: [ProgramOption] = [
    ProgramOption(
      "--store", "PATH", "the file that holds everything, or a folder for it and its files", isProtective: true
    ) {
      options, value throws(ProgramOption.Fault) in
      guard !value.isEmpty else { throw .init("needs a path") }
      guard value.firstMatch(of: /\$(?:\{|[A-Za-z_])/) == nil else {
        throw .init("is \"\(value)\", with a variable that was not filled in. Write the path out; ~/ works")
      }
      options.store = Options.storeFile(at: Options.expanded(value))
    },
    ProgramOption(
      "--files", "FOLDER",
      "let clients read and write files in FOLDER, such as tables, images and exports; repeat it, or separate several with colons. The "
        + "folder files beside the store is always allowed, and comes last"
    ) { options, value throws(ProgramOption.Fault) in
      for part in value.split(separator: ":") where !part.isUnfilledVariable {
        let folder = Options.expanded(String(part))
        guard folder.hasPrefix("/"), !folder.split(separator: "/").contains("..") else {
          throw .init("must be the whole path of a folder, such as /home/ada/photos or ~/photos, not \"\(part)\"")
        }
        options.files.append(folder)
      }
    },
    ProgramOption(
      "--toolsets", "A,B", "offer only these groups of tools: \(Toolbox.toolsets.joined(separator: ", "))"
    ) { options, value throws(ProgramOption.Fault) in
      let names = value.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
      guard !names.isEmpty, names.allSatisfy(Toolbox.toolsets.contains) else {
        throw .init("must name some of \(Toolbox.toolsets.joined(separator: ", ")), not \"\(value)\"")
      }
      options.toolsets = names
    },
    ProgramOption("--read-only", "offer only tools that change nothing", isProtective: true) { $0.isReadOnly = $1 },
    ProgramOption(
      "--no-spend", "refuse models that may cost money: only echo and models without a price on this machine answer",
      isProtective: true
    ) { $0.isNoSpend = $1 },
    ProgramOption(
      "--in-order", "answer every request before the next is begun; always so when the input is a file"
    ) { $0.isInOrder = $1 },
    ProgramOption(
      "--strict",
      "for scripts: exit with 1 if an answer is an error or a gate does not pass; requests are answered in order",
      isProtective: true
    ) { $0.isStrict = $1 },
    ProgramOption("--allow-private-endpoints", "allow an api_endpoint in a private network") {
      $0.allowsPrivateEndpoints = $1
    },
    ProgramOption(
      "--allow-key", "NAME=HOST",
      "let a credential send the variable NAME as its key to HOST; repeat it, or separate several with commas"
    ) { options, value throws(ProgramOption.Fault) in
      for part in value.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
        guard let key = AllowedKey(String(part)) else {
          throw .init("must be NAME=HOST, such as MY_KEY=llm.example.com, not \"\(part)\"")
        }
        options.allowedKeys.append(key)
      }
    },
    ProgramOption(
      "--judge-model", "MODEL",
      "model that judges a run with LlmJudge that names no judge_model; the run's own unless set"
    ) { $0.judgeModel = $1 },
    ProgramOption(
      "--anthropic-version", "DATE", "version of Anthropic's Messages API; \(Anthropic.apiVersion) unless set"
    ) { $0.anthropicVersion = $1 },
    ProgramOption(
      "--request-timeout", "SECONDS",
      "longest time for one call to a model, 1 to 3600; \(Int(HTTPRequest.defaultTimeout)) unless set"
    ) { options, value throws(ProgramOption.Fault) in
      guard let seconds = Double(value), (1...3_600).contains(seconds) else {
        throw .init("must be a number of seconds from 1 to 3600, not \"\(value)\"")
      }
      options.requestTimeout = seconds
    },
    ProgramOption(
      "--log-level", "LEVEL", "\(LogLevel.list) on standard error; \(LogLevel.notice.rawValue) unless set"
    ) { options, value throws(ProgramOption.Fault) in
      guard let level = LogLevel(rawValue: value) else {
        throw .init("must be one of \(LogLevel.list), not \"\(value)\"")
      }
      options.logLevel = level
    },
  ]
}

extension Options.LogLevel {
  /// The names of all levels, as a sentence lists them.
  fileprivate static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
