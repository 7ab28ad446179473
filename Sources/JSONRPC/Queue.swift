/// First in, first out; every element keeps its position for as long as it waits.
struct Queue<Element> {
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

  /// Puts an element in the place of a waiting one, which is returned; nil, and nothing done, if none waits there.
  mutating func replace(at position: Int, with element: Element) -> Element? {
    let index = position - base
    guard index >= head, index < elements.count, let old = elements[index] else { return nil }
    elements[index] = element
    return old
  }
}
