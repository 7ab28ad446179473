import Providers
import TestSupport
import Testing

@testable import completion_kit

@Suite struct OptionsTests {
  private func options(_ arguments: String..., environment: [String: String] = [:]) throws -> Options {
    guard case .serve(let options) = try Options.parse(arguments, environment: environment) else {
      throw Options.Invalid(description: "no server")
    }
    return options
  }

  private func refusal(_ arguments: String..., environment: [String: String] = [:]) -> String {
    do {
      _ = try Options.parse(arguments, environment: environment)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func `without arguments everything has its default`() throws {
    let defaults = try options(environment: ["HOME": "/home/ada"])
    #expect(defaults == Options(store: Options.defaultStore(["HOME": "/home/ada"])))
    #expect(defaults.requestTimeout == 120 && defaults.logLevel == .notice && defaults.toolsets == nil)
  }

  @Test(arguments: [["--store", "/a.json", "--read-only"], ["--store=/a.json", "--read-only=yes"]])
  func `a value follows its name or an equals sign`(_ arguments: [String]) throws {
    guard case .serve(let options) = try Options.parse(arguments, environment: [:]) else {
      Issue.record("no server")
      return
    }
    #expect(options.store == "/a.json" && options.isReadOnly)
  }

  @Test func `an argument overrides the environment`() throws {
    let environment = ["COMPLETION_KIT_LOG_LEVEL": "debug", "COMPLETION_KIT_REQUEST_TIMEOUT": "5"]
    let options = try options("--log-level", "error", environment: environment)
    #expect(options.logLevel == .error && options.requestTimeout == 5)
  }

  @Test func `several keys are allowed by one option or several`() throws {
    let options = try options("--allow-key", "A=a.example,B=b.example", "--allow-key", "C=c.example")
    #expect(options.allowedKeys.count == 3)
  }

  @Test func `folders of files come from one option or several, and one is beside the store`() throws {
    let options = try options("--store", "/s/store.json", "--files", "/a:/b", "--files", "/c d")
    #expect(options.readableFolders == ["/a", "/b", "/c d", "/s/files"])
    let home = try self.options("--files", "~/photos", environment: ["COMPLETION_KIT_FILES": "/e"]).files
    #expect(home.count == 2 && home[0] == "/e" && home[1].hasSuffix("/photos") && home[1].hasPrefix("/"))
  }

  @Test func `a folder as the store holds store.json, and its files are beside it`() throws {
    let folder = TemporaryFolder()
    #expect(try options("--store", folder.path).readableFolders == [folder.path + "/files"])
    #expect(try options("--store", folder.path).store == folder.path + "/store.json")
    #expect(try options("--store", "/no/such/folder/").store == "/no/such/folder/store.json")
    #expect(try options("--store", folder.path + "/other").store == folder.path + "/other")
  }

  @Test(arguments: ["/a:${user_config.second}", "${user_config.first}:/a", "/a:"])
  func `of several folders those that were not filled in count as omitted`(_ value: String) throws {
    #expect(try options(environment: ["COMPLETION_KIT_FILES": value]).files == ["/a"])
  }

  @Test func `help and version override later arguments`() throws {
    #expect(try Options.parse(["--read-only", "--help", "--wrong"], environment: [:]) == .print(.help))
    #expect(try Options.parse(["--version"], environment: [:]) == .print(.version))
    #expect(try Options.parse(["--try"], environment: [:]) == .print(.firstEvaluation))
  }

  @Test(arguments: [
    (["--wrong"], "Unknown option --wrong"), (["prompts"], "Unknown option prompts"),
    (["--stor", "/a"], "Did you mean --store?"), (["help"], "Did you mean --help?"), (["try"], "Did you mean --try?"),
    (["--store"], "--store needs a value"),
    (["--store", ""], "--store needs a path"), (["--store", "$HOME/a"], "not filled in"),
    (["--request-timeout", "0"], "from 1 to 3600"), (["--log-level", "loud"], "error, notice, debug"),
    (["--toolsets", "colours"], "prompts, runs"), (["--read-only=maybe"], "true or false"),
    (["--allow-key", "A"], "NAME=HOST"), (["--files", "photos"], "whole path"), (["--files", "/a/../b"], "whole path"),
  ])
  func `a wrong argument is refused in a sentence that names it`(_ arguments: [String], _ words: String) {
    let error = #expect(throws: Options.Invalid.self) { try Options.parse(arguments, environment: [:]) }
    #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
  }

  // MARK: Laws of every option

  @Test(arguments: Options.all)
  func `an option is an argument, a variable and a line of the help`(_ option: ProgramOption) {
    #expect(option.name.wholeMatch(of: /--[a-z]+(?:-[a-z]+)*/) != nil)
    #expect(option.variable.hasPrefix("COMPLETION_KIT_"))
    #expect(Options.all.filter { $0.name == option.name }.count == 1)
    #expect(Help.text(store: "/s").contains("  \(option.usage) "))
    #expect(!option.help.hasSuffix(".") && !option.help.isEmpty)
  }

  @Test(arguments: Options.all)
  func `an unfilled value is ignored, or refused if that would be harmful`(_ option: ProgramOption) throws {
    let value = "${user_config.value}"
    for source in ["argument", "environment"] {
      let arguments = source == "argument" ? ["\(option.name)=\(value)"] : []
      let environment = source == "argument" ? [:] : [option.variable: value]
      if option.isProtective {
        #expect(throws: Options.Invalid.self) { try Options.parse(arguments, environment: environment) }
      } else {
        #expect(
          try Options.parse(arguments, environment: environment)
            == .serve(Options(store: Options.defaultStore(environment))))
      }
    }
  }

  @Test(arguments: Options.all)
  func `an error begins with the argument or the variable`(_ option: ProgramOption) {
    // A switch accepts neither word, a path cannot contain a variable, and these two accept any text.
    guard !["--anthropic-version", "--judge-model"].contains(option.name) else { return }
    let value = option.name == "--store" ? "$X" : "no such value"
    for (arguments, environment, source) in [
      (["\(option.name)=\(value)"], [:], option.name), ([], [option.variable: value], option.variable),
    ] {
      let error = #expect(throws: Options.Invalid.self) { try Options.parse(arguments, environment: environment) }
      #expect(error?.description.hasPrefix("\(source) ") ?? false, "\(error?.description ?? "")")
    }
  }
}
