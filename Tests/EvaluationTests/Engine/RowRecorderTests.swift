import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct RowRecorderTests {
  private func row(_ index: Int) -> RowWorker.AnsweredRow {
    RowWorker.AnsweredRow(
      response: ResponseRecord { $0.rowIndex = index }, steps: [], warnings: [],
      account: RowCost(key: AnswerKey(rowIndex: index), promptBytes: 0), hasGenerated: true)
  }

  @Test func `a row that was taken is on disk, and rows that gather are written together`() async throws {
    let recorder = RowRecorder()
    let gate = Gate()
    let disk = Mutex<[[Int]]>([])
    async let recording: Void = recorder.run { rows in
      await gate.pass()
      disk.withLock { $0.append(rows.map(\.response.rowIndex)) }
    }
    let first = Task { [row = row(0)] in
      await recorder.take(row)
      return disk.withLock { $0.joined().contains(0) }
    }
    await gate.held(1)
    let others = (1...3).map { [row = row($0)] index in
      Task {
        await recorder.take(row)
        return disk.withLock { $0.joined().contains(index) }
      }
    }
    for _ in 0..<50 { await Task.yield() }
    #expect(disk.withLock { $0 }.isEmpty)
    gate.open()
    #expect(await first.value)
    for other in others { #expect(await other.value) }
    recorder.finish()
    await recording
    #expect(disk.withLock { $0.joined().sorted() } == [0, 1, 2, 3])
  }
}
