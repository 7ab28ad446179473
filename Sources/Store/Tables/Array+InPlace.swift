/// Loops that leave the elements where they are.
///
/// A loop over an array copies each element. A copy of an entry retains all that it refers to, which costs more than
/// reading a field of it. The functions are public, because the compiler specializes nothing of package access in another
/// module: it would call them with witnesses, and they would copy each element after all.
extension Array {
  /// Calls a function with each element.
  @inlinable
  public func forEachInPlace(_ body: (Element) throws -> Void) rethrows {
    let span = self.span
    for index in span.indices { try body(span[index]) }
  }

  /// The number of elements with a property.
  @inlinable
  public func countInPlace(where isCounted: (Element) throws -> Bool) rethrows -> Int {
    let span = self.span
    var count = 0
    for index in span.indices where try isCounted(span[index]) { count += 1 }
    return count
  }

  /// Whether an element has a property.
  @inlinable
  public func containsInPlace(where isFound: (Element) throws -> Bool) rethrows -> Bool {
    let span = self.span
    for index in span.indices where try isFound(span[index]) { return true }
    return false
  }
}
