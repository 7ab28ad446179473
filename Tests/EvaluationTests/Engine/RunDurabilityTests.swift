import Foundation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// What is on the disk while a run is under way, and what is told when it cannot be written.
@Suite(.timeLimit(.minutes(20))) struct RunDurabilityTests {
  /// The number of responses in a store's file.
  private static func responses(in folder: TemporaryFolder) -> Int {
    let text = try? String(contentsOfFile: folder.path + "/store.json", encoding: .utf8)
    return (text ?? "").components(separatedBy: "\"row_index\":").count - 1
  }

  @Test func `no more answers than calls at once are not on the disk when a call begins`() async throws {
    let folder = TemporaryFolder()
    let begun = Mutex(0)
    let most = Mutex(0)
    let fixture = EngineFixture(folder: folder) { prompt, _ in
      // Read before the file, so that no answer recorded meanwhile hides one that was not.
      let calls = begun.withLock { count in
        count += 1
        return count
      }
      let open = calls - Self.responses(in: folder)
      most.withLock { $0 = max($0, open) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 200, concurrency: 8)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 200)
    #expect(most.withLock { $0 } <= 8)
  }

  @Test func `a run whose store cannot be written says what is kept, what may be lost and what to do`() async throws {
    let folder = TemporaryFolder()
    let (path, aside) = (folder.path + "/store.json", folder.path + "/aside.json")
    let fixture = EngineFixture(folder: folder) { prompt, call throws(ProviderError) in
      if call == 4 { try? FileManager.default.moveItem(atPath: path, toPath: aside) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 8, concurrency: 1)
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id) }
    let text = error?.description ?? ""
    for part in ["could not be written", "3 answers are kept", "up to 1 call that was paid for is lost"] {
      #expect(text.contains(part), "\(part): \(text)")
    }
    try FileManager.default.moveItem(atPath: aside, toPath: path)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 8 && fixture.models.calls.count == 9)
    let statistics = try #require(try await fixture.store.read { $0.figures(ofRun: id)?.statistics })
    #expect(statistics.totalCost == nil && statistics.uncountedCalls == 1 && statistics.knownCost > 0)
  }
}
