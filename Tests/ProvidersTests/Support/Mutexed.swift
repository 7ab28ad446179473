import Synchronization

/// A list that many tasks may read from and add to.
final class Mutexed<Element: Sendable>: Sendable {
  private let elements: Mutex<[Element]>

  init(_ elements: [Element] = []) {
    self.elements = Mutex(elements)
  }

  var all: [Element] { elements.withLock { $0 } }

  func append(_ element: Element) { elements.withLock { $0.append(element) } }

  /// The first element, which is removed unless it is the last.
  func next() -> Element { elements.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}
