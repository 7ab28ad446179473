extension Check.Kind {
  static let regex = Check.Kind(
    "regex", "the pattern occurs in the answer; it has no look-around and no back references",
    [.init("pattern", .text, isRequired: true), .init("flags", .text)]
  ) { arguments throws(EvaluationError) in
    let pattern: LinearPattern
    do throws(EvaluationError) {
      pattern = try LinearPattern(arguments.text("pattern") ?? "", flags: try flags(arguments.text("flags") ?? ""))
    } catch {
      throw EvaluationError("check.\(error.description.hasPrefix("flags") ? "" : "pattern: ")\(error.description)")
    }
    return { subject throws(EvaluationError) in
      guard let occurs = pattern.occurs(in: subject.answer) else {
        throw EvaluationError("The answer is too long for check.pattern. Give a shorter pattern.")
      }
      return Check.Outcome(
        occurs, "The pattern \(CheckText.quoted(pattern.source)) \(occurs ? "occurs" : "does not occur") in the answer."
      )
    }
  }

  private static func flags(_ text: String) throws(EvaluationError) -> Set<LinearPattern.Flag> {
    var flags: Set<LinearPattern.Flag> = []
    for letter in text {
      guard let flag = LinearPattern.Flag(rawValue: letter) else {
        throw EvaluationError(
          "flags has \"\(letter)\". Flags are i (case does not count), m (^ and $ at lines) and s (. "
            + "matches line breaks).")
      }
      flags.insert(flag)
    }
    return flags
  }
}
