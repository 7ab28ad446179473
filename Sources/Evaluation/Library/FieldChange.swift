/// A change to an optional value.
package enum FieldChange<Value: Sendable>: Sendable {
  case keep
  case clear
  case set(Value)

  package func apply(to value: inout Value?) {
    switch self {
    case .keep: break
    case .clear: value = nil
    case .set(let new): value = new
    }
  }
}

extension FieldChange: Equatable where Value: Equatable {}
