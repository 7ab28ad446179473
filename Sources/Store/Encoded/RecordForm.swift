/// A record as it is written: its bytes or, if it may be long, what they are made of.
enum RecordForm: Sendable {
  case bytes(ArraySlice<UInt8>)
  /// A ``DatasetTextRecord``.
  case text(DatasetText, datasetID: Int)
}
