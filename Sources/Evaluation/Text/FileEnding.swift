extension String {
  /// The ending of a file's name in lower case, without the dot: `csv`; the whole path without a dot.
  package var fileEnding: String { split(separator: ".", omittingEmptySubsequences: false).last?.lowercased() ?? "" }
}
