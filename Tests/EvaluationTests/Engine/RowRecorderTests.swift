import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct RowRecorderTests {
  private final class Disk: Sendable {
    let rows = Mutex<[Int]>([])
  }

  private func row(_ index: Int) -> RowWorker.AnsweredRow {
    RowWorker.AnsweredRow(
      response: ResponseRecord { $0.rowIndex = index }, steps: [], warnings: [],
      account: RowCost(key: AnswerKey(rowIndex: index), promptBytes: 0), hasGenerated: true)
  }

  @Test func `draining ends when all rows are on disk, and not before`() async {
    let recorder = RowRecorder(limit: 8)
    let gate = Gate()
    let disk = Disk()
    async let recording: Void = recorder.run { rows in
      await gate.pass()
      disk.rows.withLock { $0 += rows.map(\.response.rowIndex) }
    }
    // Nothing is queued yet.
    await recorder.drain()
    await recorder.take(row(0))
    await gate.held(1)
    await recorder.take(row(1))
    let drain = Task {
      await recorder.drain()
      return disk.rows.withLock { $0 }
    }
    for _ in 0..<20 { await Task.yield() }
    #expect(disk.rows.withLock { $0 }.isEmpty)
    gate.open()
    #expect(await drain.value == [0, 1])
    recorder.finish()
    await recording
  }
}
