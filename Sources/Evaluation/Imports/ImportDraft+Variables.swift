extension ImportDraft {
  /// Adds an empty column for a variable without any, as a template engine replaces it by nothing.
  ///
  /// A prompt that asks for a member of a text, such as its length, is skipped.
  mutating func addMissingColumns() {
    let known = Set(rows.flatMap { $0.values.map(\.column) })
    var missing: [String] = []
    prompts = prompts.filter { prompt in
      let variables: [String]
      do { variables = try RequestTemplate(prompt.template, prompt.settings).variables } catch { return true }
      for name in variables where name.contains(".") {
        guard let fault = rows.lazy.compactMap({ ImportedColumns.memberFault(name, in: $0.values) }).first else {
          continue
        }
        skip("prompt", line: prompt.line, fault)
        return false
      }
      missing += variables.filter { !known.contains($0) }
      return true
    }
    for name in missing { fill(name) }
  }
}
