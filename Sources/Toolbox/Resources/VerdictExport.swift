import Evaluation
import JSONCoding
import Store

/// The verdicts on a run's responses as a file, of which `verdicts_create` takes every object.
struct VerdictExport: Sendable {
  private struct Row: Sendable {
    let verdict: VerdictRecord
    let response: ResponseEntry?
  }

  /// In the order of the rows.
  private let rows: [Row]

  init(_ verdicts: [VerdictRecord], _ entries: [ResponseEntry]) {
    let responses = Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    rows = verdicts.map { Row(verdict: $0, response: responses[$0.responseID]) }.sorted {
      ($0.response?.key ?? AnswerKey(rowIndex: 0), $0.verdict.id)
        < ($1.response?.key ?? AnswerKey(rowIndex: 0), $1.verdict.id)
    }
  }

  /// The member by which an answer is recognized in another store.
  static let answer = "answer_fingerprint"

  private func object(_ index: Int) -> JSONObject {
    var object = rows[index].verdict.object(of: rows[index].response)
    object[Self.answer] = .optional(rows[index].response?.answerFingerprint)
    return object
  }

  var jsonRows: RowText { .jsonLines(rows.count) { index in object(index) } }

  var csvRows: RowText {
    var header: [UInt8] = []
    CSVWriter.write(VerdictRecord().object().keys + [Self.answer], to: &header)
    return RowText(header: header, count: rows.count) { index, output in
      let cells = object(index).members.map { member in
        switch member.value {
        case .null: ""
        case .string(let text): SpreadsheetText.guarded(text)
        case .double(let number): number.shortText
        default: member.value.text
        }
      }
      CSVWriter.write(cells, to: &output)
    }
  }
}

extension Services {
  func verdictExport(ofRun id: Int) async throws -> VerdictExport {
    let (verdicts, entries) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      return (tables.verdicts(ofRun: run.id), tables.responses.entries(ofRun: run.id))
    }
    return VerdictExport(verdicts, entries)
  }
}
