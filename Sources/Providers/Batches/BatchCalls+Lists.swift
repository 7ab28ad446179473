import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension BatchCalls {
  /// Reads the state of a batch in an answer to a call.
  typealias StatusReader = (JSONValue, BatchCall) throws(ProviderError) -> BatchStatus

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

  /// The batches in a list of pages, the newest first, that were created since a time.
  ///
  /// - Parameters:
  ///   - cursor: the parameter with the last id of the page before.
  ///   - time: the creation of a batch in seconds since 1970.
  ///   - isMeant: whether a batch may be the one that is looked for; told whether it was created since the time.
  /// - Throws: ``ProviderError``, also for a list that cannot be read to its end.
  func list(
    _ addresses: MethodAddresses, cursor: String, since: Double, _ read: StatusReader,
    createdAt time: (JSONValue) -> Double?, keeping isMeant: (_ batch: JSONValue, _ isRecent: Bool) -> Bool
  ) async throws(ProviderError) -> [BatchStatus] {
    let earliest = since - Self.clockDifference
    var found: [BatchStatus] = []
    var call = BatchCall(query: [URLQueryItem(name: "limit", value: "100")])
    for _ in 0..<Self.pageLimit {
      let page = try await send(call, to: addresses)
      guard let batches = page["data"]?.arrayValue else { throw unlike(page, "a list of batches", call) }
      for batch in batches where isMeant(batch, (time(batch) ?? since) >= earliest) {
        found.append(try read(batch, call))
      }
      let times = batches.compactMap(time)
      let isPast = times.last.map { $0 < earliest } ?? false
      // A list in another order may have newer ones on its later pages.
      let isNewestFirst = zip(times, times.dropFirst()).allSatisfy { $0 >= $1 }
      guard page["has_more"]?.boolValue == true, !(isPast && isNewestFirst) else { return found }
      guard let last = page["last_id"]?.stringValue?.nonEmpty ?? batches.last?["id"]?.stringValue?.nonEmpty else {
        break
      }
      call.query = [URLQueryItem(name: "limit", value: "100"), URLQueryItem(name: cursor, value: last)]
    }
    // A batch that is not found is submitted again, so all of the list must have been read.
    throw ProviderError(
      .unusableAnswer,
      "The list of batches at \(name) could not be read to its end, so that a batch may be in its rest.")
  }

  /// The difference in seconds that the clocks of a provider and of this machine may have.
  private static var clockDifference: Double { 86_400 }
  /// The largest number of pages of batches that are searched.
  private static var pageLimit: Int { 100 }
}
