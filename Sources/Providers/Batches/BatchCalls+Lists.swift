import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension BatchCalls {
  /// Reads the state of a batch in an answer to a call.
  typealias StatusReader = (JSONValue, BatchCall) throws(ProviderError) -> BatchStatus

  /// Asks for the list of batches, which a server with the API has.
  func check(_ addresses: MethodAddresses) async throws(ProviderError) {
    do throws(ProviderError) {
      _ = try await send(BatchCall(query: [URLQueryItem(name: "limit", value: "1")]), to: addresses)
    } catch {
      if error.kind == .notFound { throw error }
    }
  }

  func status(
    of id: String, at addresses: MethodAddresses, _ read: StatusReader
  ) async throws(ProviderError) -> BatchStatus {
    let call = BatchCall(subject: .batch(id), components: [id])
    return try read(await send(call, to: addresses), call)
  }

  /// Cancels a batch; returns the status of one that can no longer be cancelled.
  func cancel(
    _ id: String, at addresses: MethodAddresses, _ read: StatusReader
  ) async throws(ProviderError) -> BatchStatus {
    let call = BatchCall(method: .post, subject: .batch(id), components: [id, "cancel"])
    do throws(ProviderError) {
      return try read(await send(call, to: addresses), call)
    } catch {
      guard error.status == 400 || error.status == 409 else { throw error }
      let status = try await status(of: id, at: addresses, read)
      if status.phase == .working { throw error }
      return status
    }
  }

  /// The batches in a list of pages that were created since a time, the newest first.
  ///
  /// The list is read to its end, because no API promises its order in a way that servers keep. Only a list longer than
  /// all that is read may end earlier, if every page so far has shown that the newest come first.
  /// - Parameters:
  ///   - cursor: the parameter with the last id of the page before.
  ///   - time: the creation of a batch in seconds since 1970.
  ///   - isMeant: whether a batch may be the one that is looked for; told whether it was created since the time.
  ///   - isFound: whether a batch is certain to be it, so that nothing more is read.
  /// - Throws: ``ProviderError``, also for a list that cannot be read to its end.
  func list(
    _ addresses: MethodAddresses, cursor: String, since: Double, _ read: StatusReader,
    createdAt time: (JSONValue) -> Double?, keeping isMeant: (_ batch: JSONValue, _ isRecent: Bool) -> Bool,
    until isFound: (BatchStatus) -> Bool = { _ in false }
  ) async throws(ProviderError) -> [BatchStatus] {
    let earliest = since - Self.clockDifference
    var found: [(time: Double, status: BatchStatus)] = []
    var times: [Double] = []
    var seen: Set<String> = []
    var call = BatchCall(query: [URLQueryItem(name: "limit", value: "100")])
    for _ in 0..<Self.pageLimit {
      let page = try await send(call, to: addresses)
      guard let batches = page["data"]?.arrayValue else { throw unlike(page, "a list of batches", call) }
      for batch in batches where isMeant(batch, (time(batch) ?? since) >= earliest) {
        let status = try read(batch, call)
        if isFound(status) { return [status] }
        found.append((time(batch) ?? since, status))
      }
      guard page["has_more"]?.boolValue == true else { return Self.newestFirst(found) }
      times += batches.map { time($0) ?? since }
      let last = page["last_id"]?.stringValue?.nonEmpty ?? batches.last?["id"]?.stringValue?.nonEmpty
      // A server that takes no cursor shows the same page for ever.
      guard let last, seen.insert(last).inserted else { throw unread }
      call.query = [URLQueryItem(name: "limit", value: "100"), URLQueryItem(name: cursor, value: last)]
    }
    let isNewestFirst = zip(times, times.dropFirst()).allSatisfy { $0 >= $1 }
    guard isNewestFirst, let first = times.first, let last = times.last, first >= earliest, last < earliest else {
      throw unread
    }
    return Self.newestFirst(found)
  }

  private static func newestFirst(_ batches: [(time: Double, status: BatchStatus)]) -> [BatchStatus] {
    batches.sorted { $0.time > $1.time }.map(\.status)
  }

  /// A batch that is not found is submitted again, so all of the list must have been read.
  private var unread: ProviderError {
    ProviderError(
      .unusableAnswer,
      "The list of batches at \(name) could not be read to its end, so that a batch may be in its rest.")
  }

  /// The difference in seconds that the clocks of a provider and of this machine may have.
  private static var clockDifference: Double { 86_400 }
  /// The largest number of pages of batches that are searched.
  private static var pageLimit: Int { 100 }
}
