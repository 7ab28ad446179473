/// How a table is written, as callers name it.
package enum TableFormat: String, Sendable, CaseIterable {
  case auto, csv, tsv, jsonl, json

  var mayBeJSON: Bool { self == .auto || mustBeJSON }
  var mustBeJSON: Bool { self == .jsonl || self == .json }

  /// The byte between fields; nil if the text shows it.
  var delimiter: TableText.Delimiter? { self == .tsv ? .tab : nil }
}
