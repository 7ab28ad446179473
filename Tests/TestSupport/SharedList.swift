import Synchronization

/// A list that many tasks can read and extend.
package final class SharedList<Element: Sendable>: Sendable {
  private let elements: Mutex<[Element]>

  package init(_ elements: [Element] = []) {
    self.elements = Mutex(elements)
  }

  package var all: [Element] { elements.withLock { $0 } }

  package func append(_ element: Element) { elements.withLock { $0.append(element) } }

  /// The first element, which is removed unless it is the last.
  package func next() -> Element { elements.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}
