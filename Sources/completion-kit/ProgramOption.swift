import Providers

/// An option of the program: an argument, an environment variable, a line of `--help` and a row of the README.
struct ProgramOption: Sendable {
  /// Why a value is invalid, as the rest of a sentence that begins with the option: `must be true or false`.
  struct Fault: Error {
    let text: String

    init(_ text: String) { self.text = text }
  }

  typealias Setter = @Sendable (_ options: inout Options, _ value: String) throws(Fault) -> Void

  /// The name, including its hyphens: `--store`.
  let name: String
  /// The name of the value in the help; nil for a switch, which needs no value.
  let placeholder: String?
  /// The meaning, without a full stop.
  let help: String
  /// Whether the option chooses the store, keeps the program from changing or spending anything, or makes it fail.
  ///
  /// A value that a client left unfilled is then an error; for other options it counts as omitted.
  let isProtective: Bool
  /// Sets the option's value.
  let set: Setter

  /// An option with a value.
  init(_ name: String, _ placeholder: String, _ help: String, isProtective: Bool = false, set: @escaping Setter) {
    self.name = name
    self.placeholder = placeholder
    self.help = help
    self.isProtective = isProtective
    self.set = set
  }

  /// A switch.
  init(
    _ name: String, _ help: String, isProtective: Bool = false,
    set: @escaping @Sendable (_ options: inout Options, _ isOn: Bool) -> Void
  ) {
    self.name = name
    placeholder = nil
    self.help = help
    self.isProtective = isProtective
    self.set = { options, value throws(Fault) in set(&options, try Self.flag(value)) }
  }

  /// The environment variable, such as `COMPLETION_KIT_STORE`.
  var variable: String { "COMPLETION_KIT_" + name.dropFirst(2).uppercased().replacing("-", with: "_") }

  /// The argument as shown in the help: `--store PATH`.
  var usage: String { placeholder.map { "\(name) \($0)" } ?? name }

  /// Whether a value counts as omitted: it is empty, or contains a variable such as `${user_config.log_level}` that a
  /// client left unfilled.
  func isLeftOut(_ value: String) -> Bool {
    value.isEmpty || !isProtective && value.isUnfilledVariable
  }

  private static func flag(_ value: String) throws(Fault) -> Bool {
    switch value.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default: throw Fault("must be true or false, not \"\(value)\"")
    }
  }
}
