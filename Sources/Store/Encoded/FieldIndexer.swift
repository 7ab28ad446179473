import JSONCoding

/// Reads the fields for the ``TableEntry`` of an encoded record, and checks the others without building them.
///
/// A store may hold hundreds of thousands of such records, and most are never requested. This type reads a record in
/// the store's own form, with its fields in the order of ``Fields/visit(_:)``. It gives up on any other form, such as a
/// file sorted by a tool or a damaged one; a ``FieldReader`` then reads the record or reports the fault.
@safe struct FieldIndexer: FieldVisitor {
  let checksRanges = true
  /// The bytes of the text, which outlives this value.
  ///
  /// A reference to an array would be counted with each field.
  private let text: UnsafeBufferPointer<UInt8>
  private var reader: JSONReader
  private var isFirst = true
  private var hasGivenUp = false

  /// Reads the value at the reader's position and moves past it, leaving unindexed fields empty.
  ///
  /// - Parameter value: an empty value, which is not copied as a result would be.
  /// - Returns: false, without moving the reader, if the value is not in the store's own form.
  static func read(_ value: inout some Fields, in text: Span<UInt8>, _ reader: inout JSONReader) -> Bool {
    unsafe text.withUnsafeBufferPointer { text in
      var indexer = unsafe FieldIndexer(text: text, reader: reader)
      do {
        try value.visit(&indexer)
        // A remaining member is out of order, unknown or repeated.
        guard try indexer.isAtEnd(), !indexer.hasGivenUp else { return false }
      } catch {
        return false
      }
      reader = indexer.reader
      return true
    }
  }

  private init(text: UnsafeBufferPointer<UInt8>, reader: JSONReader) {
    unsafe self.text = text
    self.reader = reader
  }

  mutating func visit<Value: FieldValue>(_ name: String, _ value: inout Value) {
    guard moveToMember(name) else { return leaveOut(&value) }
    do {
      let text = unsafe self.text
      guard let result = try unsafe Value.read(in: text.span, &reader) else { return giveUp() }
      value = result
    } catch {
      giveUp()
    }
  }

  mutating func visit<Value: FieldValue>(unindexed name: String, _ value: inout Value) {
    guard moveToMember(name) else { return leaveOut(&value) }
    do {
      let text = unsafe self.text
      guard try unsafe Value.skip(in: text.span, &reader) else { return giveUp() }
    } catch {
      giveUp()
    }
  }

  private mutating func leaveOut<Value: FieldValue>(_ value: inout Value) {
    guard let absent = Value.absent else { return giveUp() }
    value = absent
  }

  private mutating func moveToMember(_ name: String) -> Bool {
    let text = unsafe self.text
    return unsafe reader.moveToMember(name, in: text.span, first: &isFirst)
  }

  private mutating func isAtEnd() throws(JSONError) -> Bool {
    let text = unsafe self.text
    return try unsafe reader.nextRawKey(in: text.span, first: &isFirst) == nil
  }

  private mutating func giveUp() { hasGivenUp = true }
}
