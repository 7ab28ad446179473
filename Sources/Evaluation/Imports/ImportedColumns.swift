import JSONCoding
import Store

/// Values of other formats as columns of a dataset.
package enum ImportedColumns {
  /// A value as a column, and the members of a mapping as columns beside it: `user` and `user.name`.
  static func of(_ value: SourceValue, _ name: String) -> [(column: String, text: String)] {
    [(name, value.text ?? value.json.text)]
      + (value.map ?? []).flatMap { of($0.value, "\(name).\($0.key)") }
  }

  /// The members of a mapping as columns; any other value as one column of this name.
  static func members(of value: SourceValue?, or name: String) -> [(column: String, text: String)] {
    guard let value else { return [] }
    guard let map = value.map else { return [(name, value.text ?? value.json.text)] }
    return map.flatMap { of($0.value, $0.key) }
  }

  /// Why a variable with a dot has no value here: it is a member of a text or a list, such as its length; nil otherwise.
  static func memberFault(_ variable: String, in columns: [(column: String, text: String)]) -> String? {
    guard !columns.contains(where: { $0.column == variable }) else { return nil }
    var base = variable[...]
    while let dot = base.lastIndex(of: ".") {
      base = base[..<dot]
      guard let value = columns.first(where: { $0.column == base }) else { continue }
      let isMapping = value.text == "{}" || columns.contains { $0.column.hasPrefix("\(base).") }
      if isMapping || value.text.isEmpty { return nil }
      return "{{ \(variable.shown) }} is a member of \(base.description.shown), whose value has no members here."
    }
    return nil
  }

  /// The column with the turns before the last message.
  static let turns = "messages"
  /// The column with the last message.
  package static let input = "input"

  /// Messages as two columns: the last, which is the user's, and those before it.
  ///
  /// - Throws: ``EvaluationError``: why a prompt here cannot send them.
  static func of(messages: [SourceValue]) throws(EvaluationError) -> [(column: String, text: String)] {
    let text = try ImportedTurns.lastText(of: messages.last?.json)
    return [(input, text), (turns, JSONValue.array(messages.dropLast().map(\.json)).text)]
  }
}

extension ImportDraft {
  /// Adds the prompt that sends each row's messages as they are, if a model is known.
  mutating func addPlainPrompt(model: String?) {
    let hasTurns = rows.contains { $0[ImportedColumns.turns] != nil }
    guard !rows.isEmpty, rows.allSatisfy({ $0[ImportedColumns.input] != nil }) else { return }
    guard let model else {
      if hasTurns {
        skip(
          "prompt", line: rows[0].line,
          "No model is known for the prompt that sends the column messages before the column input. Give model.")
      }
      return
    }
    var settings = RequestSettings()
    if hasTurns {
      settings[.messages] = [["placeholder": .string(ImportedColumns.turns)]]
      fill(ImportedColumns.turns, with: "[]")
    }
    prompts.append(
      Prompt(name: name, template: "{{ \(ImportedColumns.input) }}", model: model, settings: settings))
  }
}
