/// A first-in, first-out queue whose elements keep their positions while they wait.
struct OutputQueue<Element> {
  private var elements: [Element?] = []
  private var head = 0
  /// Position of the first slot of `elements`.
  private var base = 0

  var isEmpty: Bool { head == elements.count }

  /// Adds an element and returns its position.
  mutating func append(_ element: Element) -> Int {
    elements.append(element)
    return base + elements.count - 1
  }

  mutating func popFirst() -> Element? {
    guard head < elements.count, let element = elements[head] else { return nil }
    elements[head] = nil
    head += 1
    if head == elements.count || head > 1024 && head > elements.count / 2 {
      elements.removeFirst(head)
      base += head
      head = 0
    }
    return element
  }

  /// Replaces a waiting element and returns the old one; nil if no element waits at this position.
  mutating func replace(at position: Int, with element: Element) -> Element? {
    let index = position - base
    guard index >= head, index < elements.count, let old = elements[index] else { return nil }
    elements[index] = element
    return old
  }
}
