extension Array where Element: Equatable {
  /// The elements in order, each once.
  ///
  /// For short lists: it compares each element with all before it.
  package var unique: Self { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
