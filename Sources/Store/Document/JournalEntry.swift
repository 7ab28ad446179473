import JSONCoding

/// The changes of one transaction in the form of the journal: `{"delete":{...},"clear":[...],"put":{...}}`.
///
/// `delete` names records by kind and id (a run includes its responses, an experiment its generations), `clear` names
/// runs whose responses were discarded, and `put` holds whole records. They are applied in this order.
struct JournalEntry: Sendable {
  private var deletions: [(kind: RecordKind, id: Int)] = []
  private var clearedRuns: [Int] = []
  private var puts: [Put] = []
  private var positions: [RecordKind: [Int: Int]] = [:]

  /// The names of its members.
  enum Member {
    static let deletions = "delete"
    static let clearedRuns = "clear"
    static let puts = "put"
  }

  private struct Put {
    let kind: RecordKind
    let id: Int
    /// The run of a response, or the experiment of a generation.
    let ownerID: Int?
    var content: RecordForm
  }

  /// Whether an entry begins at a position of a text.
  static func begins(at position: Int, in text: Span<UInt8>) -> Bool {
    // A list of the names would be shared, and all threads that read would count references to it.
    var reader = JSONReader.ofStore(position: position)
    var isFirst = true
    return reader.moveToMember(Member.puts, in: text, first: &isFirst)
      || reader.moveToMember(Member.deletions, in: text, first: &isFirst)
      || reader.moveToMember(Member.clearedRuns, in: text, first: &isFirst)
  }

  /// The changes that applying the entry makes.
  var touched: StoreChanges {
    var touched = StoreChanges()
    for (kind, id) in deletions { touched.records[kind, default: []].insert(id) }
    for runID in clearedRuns { touched.records[.runs, default: []].insert(runID) }
    for put in puts {
      // Responses and generations are observed through their owners, not by id.
      if let ownerID = put.ownerID {
        touched.records[put.kind == .generations ? .experiments : .runs, default: []].insert(ownerID)
      } else {
        touched.records[put.kind, default: []].insert(put.id)
      }
    }
    return touched
  }

  var isEmpty: Bool { deletions.isEmpty && clearedRuns.isEmpty && puts.isEmpty }

  mutating func put(_ kind: RecordKind, id: Int, of ownerID: Int? = nil, _ bytes: [UInt8]) {
    put(kind, id: id, of: ownerID, .bytes(bytes[...]))
  }

  mutating func put(_ text: DatasetText, ofDataset id: Int) {
    put(.datasetTexts, id: id, of: nil, .text(text, datasetID: id))
  }

  private mutating func put(_ kind: RecordKind, id: Int, of ownerID: Int?, _ content: RecordForm) {
    if let position = positions[kind]?[id] {
      puts[position].content = content
    } else {
      positions[kind, default: [:]][id] = puts.count
      puts.append(Put(kind: kind, id: id, ownerID: ownerID, content: content))
    }
  }

  mutating func delete(_ kind: RecordKind, id: Int) {
    let (parts, completion) = (kind.type.parts?.kind, kind.type.completion)
    dropPuts { put in
      [kind, completion].contains(put.kind) && put.id == id || put.kind == parts && put.ownerID == id
    }
    deletions.append((kind, id))
  }

  mutating func clearResponses(ofRun runID: Int) {
    dropPuts { $0.kind == .responses && $0.ownerID == runID }
    clearedRuns.append(runID)
  }

  private mutating func dropPuts(where matches: (Put) -> Bool) {
    puts.removeAll(where: matches)
    positions = [:]
    for (index, put) in puts.enumerated() { positions[put.kind, default: [:]][put.id] = index }
  }

  /// The entry as one line of JSON, without a line feed.
  func encode(to output: inout JournalText) {
    output.ending.append(ASCII.openBrace)
    var needsComma = false
    if !deletions.isEmpty {
      writeGroups(deletions, Member.deletions, \.kind, &needsComma, to: &output) { deletion, output in
        output.append(.bytes(Array(String(deletion.id).utf8)[...]))
      }
    }
    if !clearedRuns.isEmpty {
      writeName(Member.clearedRuns, &needsComma, to: &output)
      JSONWriter.write(.array(clearedRuns.map(JSONValue.int)), to: &output.ending)
    }
    if !puts.isEmpty {
      writeGroups(puts, Member.puts, \.kind, &needsComma, to: &output) { put, output in
        if let ownerID = put.ownerID {
          output.append(put.content, put.kind, id: put.id, of: ownerID)
        } else {
          output.append(put.content)
        }
      }
    }
    output.ending.append(ASCII.closeBrace)
  }

  private func writeName(_ name: String, _ needsComma: inout Bool, to output: inout JournalText) {
    if needsComma { output.ending.append(ASCII.comma) }
    needsComma = true
    JSONWriter.write(name, to: &output.ending)
    output.ending.append(ASCII.colon)
  }

  private func writeGroups<Item>(
    _ items: [Item], _ name: String, _ kindOf: (Item) -> RecordKind, _ needsComma: inout Bool,
    to output: inout JournalText, _ write: (Item, inout JournalText) -> Void
  ) {
    writeName(name, &needsComma, to: &output)
    output.ending.append(ASCII.openBrace)
    var needsComma = false
    // Most entries have one or two items, so that lists by kind would cost more than they save.
    let kinds = items.map(kindOf)
    for kind in RecordKind.allCases where kinds.contains(kind) {
      writeName(kind.rawValue, &needsComma, to: &output)
      output.ending.append(ASCII.openBracket)
      var isFirst = true
      for index in items.indices where kinds[index] == kind {
        if !isFirst { output.ending.append(ASCII.comma) }
        isFirst = false
        write(items[index], &output)
      }
      output.ending.append(ASCII.closeBracket)
    }
    output.ending.append(ASCII.closeBrace)
  }
}
