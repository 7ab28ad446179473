/// Processes each field of a value: reads, writes, checks or indexes it.
package protocol FieldVisitor {
  /// Whether the ranges of numbers are enforced.
  var checksRanges: Bool { get }
  mutating func visit(_ name: String, _ value: inout some FieldValue) throws(RecordError)
  /// Visits a field that is not part of the record's ``TableEntry``, so that loading a file only checks it.
  mutating func visit(unindexed name: String, _ value: inout some FieldValue) throws(RecordError)
}

extension FieldVisitor {
  package mutating func visit(unindexed name: String, _ value: inout some FieldValue) throws(RecordError) {
    try visit(name, &value)
  }

  mutating func visit<Number: FieldValue>(
    _ name: String, _ value: inout Number, in range: ValueRange<Number>
  ) throws(RecordError) {
    try visit(name, &value)
    if checksRanges { _ = try range.check(value, name) }
  }

  mutating func visit<Number: FieldValue>(
    _ name: String, _ value: inout Number?, in range: ValueRange<Number>
  ) throws(RecordError) {
    try visit(name, &value)
    if checksRanges { try range.check(ifAny: value, name) }
  }

  mutating func visit<Number: FieldValue>(
    _ name: String, _ values: inout [Number], in range: ValueRange<Number>
  ) throws(RecordError) {
    try visit(name, &values)
    if checksRanges { try range.check(all: values, name) }
  }

  /// Visits a field that is omitted from the file while it has its usual value.
  mutating func visit<Value: FieldValue>(_ name: String, _ value: inout Value, usually usual: Value) throws(RecordError)
  {
    var unusual = value == usual ? nil : value
    try visit(name, &unusual)
    value = unusual ?? usual
  }

  /// Visits a number that is omitted from the file while it has its usual value.
  mutating func visit<Number: FieldValue>(
    _ name: String, _ value: inout Number, usually usual: Number, in range: ValueRange<Number>
  ) throws(RecordError) {
    try visit(name, &value, usually: usual)
    if checksRanges { _ = try range.check(value, name) }
  }
}
