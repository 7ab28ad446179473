import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct RowRecorderTests {
  private final class Disk: Sendable {
    let writes = Mutex<[[Int]]>([])
    var rows: [Int] { writes.withLock { $0.flatMap(\.self) } }
  }

  private func row(_ index: Int) -> RowWorker.AnsweredRow {
    RowWorker.AnsweredRow(
      response: ResponseRecord { $0.rowIndex = index }, steps: [], warnings: [],
      account: RowCost(key: AnswerKey(rowIndex: index), promptBytes: 0), hasGenerated: true)
  }

  @Test func `a row that was taken is on disk, and rows that gather are written together`() async {
    let recorder = RowRecorder()
    let gate = Gate()
    let disk = Disk()
    async let recording: Void = recorder.run { rows in
      await gate.pass()
      disk.writes.withLock { $0.append(rows.map(\.response.rowIndex)) }
    }
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<4 {
        let row = row(index)
        group.addTask {
          await recorder.take(row)
          return disk.rows.contains(index)
        }
      }
      await gate.held(1)
      for _ in 0..<50 { await Task.yield() }
      #expect(disk.rows.isEmpty)
      gate.open()
      for await isOnDisk in group { #expect(isOnDisk) }
    }
    recorder.finish()
    await recording
    #expect(disk.rows.sorted() == [0, 1, 2, 3] && disk.writes.withLock { $0.count } <= 4)
  }
}
