import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite struct DisplayTests {
  private let store = TestStore()

  /// Runs with two responses each, begun in an order.
  private func begin(_ order: [Int]) async throws {
    for id in order { try await store.commit { $0.beginDisplays(ofRun: id) } }
  }
}
