import JSONCoding

/// Reads of an encoded record what its ``TableEntry`` keeps, and checks the rest without building it.
///
/// A store may hold hundreds of thousands of such records, and most are never asked for. This reads a record as the store
/// writes it, with its fields in the order of ``Fields/visit(_:)``. It gives up on everything else, be it a file that a
/// person's tool has sorted or a damaged one: a ``FieldReader`` then reads the record or says what is wrong with it.
struct FieldIndexer: FieldVisitor {
  let checksRanges = true
  private let text: [UInt8]
  private var reader: JSONReader
  private var isFirst = true
  private var hasGivenUp = false

  /// Reads the value at the reader's position and moves behind it, leaving fields that are not indexed empty.
  /// - Returns: nil, with the reader where it was, if the value is not as the store writes it.
  static func read<Value: Fields>(in text: [UInt8], _ reader: inout JSONReader) -> Value? {
    var indexer = FieldIndexer(text: text, reader: reader)
    var value = Value()
    do {
      try value.visit(&indexer)
      // A member that is left is out of its order, unknown or repeated.
      guard try indexer.isAtEnd(), !indexer.hasGivenUp else { return nil }
    } catch {
      return nil
    }
    reader = indexer.reader
    return value
  }

  private init(text: [UInt8], reader: JSONReader) {
    self.text = text
    self.reader = reader
  }

  mutating func visit<Value: FieldValue>(_ name: String, _ value: inout Value) {
    guard moveToMember(name) else { return leaveOut(&value) }
    do {
      guard let result = try Value.read(in: text, &reader) else { return giveUp() }
      value = result
    } catch {
      giveUp()
    }
  }

  mutating func visit<Value: FieldValue>(unindexed name: String, _ value: inout Value) {
    guard moveToMember(name) else { return leaveOut(&value) }
    do {
      guard try Value.skip(in: text, &reader) else { return giveUp() }
    } catch {
      giveUp()
    }
  }

  private mutating func leaveOut<Value: FieldValue>(_ value: inout Value) {
    guard let absent = Value.absent else { return giveUp() }
    value = absent
  }

  private mutating func moveToMember(_ name: String) -> Bool {
    let text = self.text
    return reader.moveToMember(name, in: text.span, first: &isFirst)
  }

  private mutating func isAtEnd() throws(JSONError) -> Bool {
    let text = self.text
    return try reader.nextRawKey(in: text.span, first: &isFirst) == nil
  }

  private mutating func giveUp() { hasGivenUp = true }
}
