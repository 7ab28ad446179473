import JSONCoding
import MCP
import Store

/// What every delete takes and says.
enum Deletion {
  static let dryRun = Field<Bool>.defaulted("dry_run", .boolean, default: false, "Only count what would be removed.")

  /// How a deletion is refused in the end when it was only to be counted.
  private struct OnlyCounted: Error {
    let result: JSONObject
  }

  /// Runs a transaction that deletes, or, for a dry run, takes it back and keeps the counts.
  ///
  /// - Parameter body: deletes, and returns what it removed by kind.
  static func perform(
    _ id: Int, dryRun: Bool, in store: Store, _ body: @escaping @Sendable (inout Transaction) throws -> JSONObject
  ) async throws -> JSONObject {
    do {
      return try await store.commit { transaction in
        let counts = try body(&transaction)
        let result: JSONObject = ["deleted": .bool(!dryRun), "id": .int(id), "removed": .object(counts)]
        if dryRun { throw OnlyCounted(result: result) }
        return result
      }
    } catch let counted as OnlyCounted {
      return counted.result
    }
  }
}

extension Transaction {
  /// Deletes runs with their responses.
  /// - Returns: how many of each.
  mutating func deleteRuns(where matches: (RunRecord) -> Bool) -> JSONObject {
    var (runs, responses) = (0, 0)
    for run in tables.runs.newestFirst where matches(run) {
      responses += tables.responses.entries(ofRun: run.id).count
      runs += 1
      delete(RunRecord.self, id: run.id)
    }
    return ["runs": .int(runs), "responses": .int(responses)]
  }
}
