/// What one batch can hold.
package struct BatchLimits: Sendable, Equatable {
  package var requests: Int
  package var bytes: Int

  package init(requests: Int, bytes: Int) {
    self.requests = requests
    self.bytes = bytes
  }
}
