import Testing

@testable import Store

/// Entries in the order in which files have them.
@Suite struct EntryTableTests {
  private func entry(_ id: Int, of runID: Int, row: Int = 0) -> ResponseEntry {
    var record = response(runID: runID, row: row)
    record.id = id
    return ResponseEntry(record, encodedAs: EncodedSlice([]))
  }

  private func ids(_ table: EntryTable<ResponseEntry>, of runID: Int) -> [Int] { table.entries(of: runID).map(\.id) }

  @Test func `entries behind all others are appended`() {
    var table = EntryTable<ResponseEntry>()
    let parts = [[], [entry(3, of: 1), entry(5, of: 1)], [entry(6, of: 2)], [entry(9, of: 1)]]
    #expect(parts.map { table.append(ifNext: $0) } == parts.map { _ in true })
    #expect(ids(table, of: 1) == [3, 5, 9] && ids(table, of: 2) == [6] && table.lastID == 9)
  }

  @Test func `others change nothing`() {
    var table = EntryTable<ResponseEntry>()
    _ = table.append(ifNext: [entry(3, of: 1), entry(5, of: 1)])
    let revision = table.revision(of: 1)
    let others = [
      [entry(5, of: 1)], [entry(4, of: 1)], [entry(4, of: 2)], [entry(6, of: 1), entry(6, of: 1)],
      [entry(7, of: 1), entry(6, of: 1)], [entry(6, of: 1), entry(7, of: 2)],
    ]
    #expect(others.map { table.append(ifNext: $0) } == others.map { _ in false })
    #expect(ids(table, of: 1) == [3, 5] && table.entries(of: 2).isEmpty && table.lastID == 5)
    #expect(table.revision(of: 1) == revision)
  }

  @Test func `lines in any order give what single entries give`() {
    let keys = [(1, 4), (1, 6), (1, 5), (2, 7), (2, 9), (1, 8), (3, 1), (3, 2), (3, 2), (1, 10), (1, 4)]
    let lines = keys.enumerated().map { entry($1.1, of: $1.0, row: $0) }
    for count in 0...lines.count {
      var (single, whole) = (EntryTable<ResponseEntry>(), EntryTable<ResponseEntry>())
      for line in lines[..<count] { _ = single.put(line) }
      whole.append(Array(lines[..<count]), key: { ($0.ownerID, $0.id) }, entry: { $0 })
      for run in 1...3 {
        #expect(ids(whole, of: run) == ids(single, of: run))
        #expect(whole.entries(of: run).map(\.rowIndex) == single.entries(of: run).map(\.rowIndex))
      }
      #expect(whole.lastID == single.lastID)
    }
  }
}
