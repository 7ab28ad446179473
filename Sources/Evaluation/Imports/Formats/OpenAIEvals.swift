import JSONCoding

extension ImportFormat {
  /// OpenAI's evals: objects of the API and what it exports, samples of openai/evals and its registry's YAML.
  static let openAIEvals = ImportFormat(
    name: "openai_evals",
    recognizes: { text in
      if !OpenAIEvalsObjects([text]).isEmpty { return true }
      if text.root.map(OpenAIEvalsRegistry.isRegistry) == true { return true }
      return !text.records.isEmpty && text.records.allSatisfy { $0["input"] != nil && $0["ideal"] != nil }
    },
    read: { source, draft throws(EvaluationError) in
      let objects = OpenAIEvalsObjects(source.texts)
      if !objects.isEmpty {
        objects.read(source.model, &draft)
      } else if let root = source.text.root, OpenAIEvalsRegistry.isRegistry(root) {
        try OpenAIEvalsRegistry.read(root, source, &draft)
      } else {
        draft.note(
          "The class of the eval is in its registry's YAML, which was not read: a row passes if the answer equals one "
            + "of its ideals. Class Match asks for a beginning, Includes for a part; import the YAML by path to have "
            + "them.")
        OpenAIEvalsSamples.read(source.text.records, .equals, &draft)
        draft.addPlainPrompt(model: source.model)
      }
    },
    isIndex: { text in text.root.map(OpenAIEvalsRegistry.namesSamples) == true },
    readsFolders: true)
}
