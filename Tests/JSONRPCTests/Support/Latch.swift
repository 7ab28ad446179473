/// A door that opens once; waiting at it ends early when the task is cancelled.
struct Latch: Sendable {
  private let stream: AsyncStream<Void>
  private let source: AsyncStream<Void>.Continuation

  init() {
    (stream, source) = AsyncStream.makeStream()
  }

  func open() { source.finish() }

  func wait() async {
    for await _ in stream {}
  }
}

extension AsyncStream {
  /// The next element; nil at the end.
  func next() async -> Element? {
    for await element in self { return element }
    return nil
  }
}
