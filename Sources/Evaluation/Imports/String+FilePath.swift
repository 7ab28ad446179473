extension String {
  /// The path of a file that a value names with `file://`; nil for any other value.
  var filePath: String? { hasPrefix("file://") ? String(dropFirst("file://".count)) : nil }
}
