package import JSONCoding

extension JSONValue {
  /// The value with sorted object keys and whole numbers without a fraction, so that equal values have equal text.
  package var canonical: JSONValue {
    switch self {
    case .object(let object):
      .object(
        JSONObject(object.members.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value.canonical) }))
    case .array(let values): .array(values.map(\.canonical))
    case .double(let number): Int64(exactly: number).map(JSONValue.integer) ?? self
    default: self
    }
  }
}
