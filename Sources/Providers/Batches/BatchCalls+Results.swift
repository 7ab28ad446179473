import JSONCoding
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension BatchCalls {
  /// Delivers the results in a file as they arrive.
  ///
  /// - Parameters:
  ///   - call: the call that returns the file.
  ///   - read: the result in a line; nil if the line is none.
  /// - Throws: ``ProviderError`` if the file is incomplete or has lines that are no results; all others were delivered.
  func results(
    _ call: BatchCall, from addresses: MethodAddresses, _ read: (JSONValue) -> BatchResult?,
    _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    var search = addresses.search(for: nil)
    while true {
      do {
        return try await results(call, at: search.current, read, receive)
      } catch let failure as ExchangeFailure {
        if !search.goOn(after: failure) { throw search.error(failure) }
      }
    }
  }

  /// Delivers the results at an address, which must be of the connection's origin.
  ///
  /// - Throws: ``ExchangeFailure`` for a status other than 2xx; otherwise as for a file.
  func results(
    _ call: BatchCall, at address: URL, _ read: (JSONValue) -> BatchResult?,
    _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    var request = request(call, at: address)
    request.headers["Accept"] = "*/*"
    request.headers["Content-Type"] = nil
    request.isOpenEnded = true
    let pieces = PieceHandover()
    async let end = pieces.fill(by: streaming, request)
    var lines = ResultLines()
    var complaint: [UInt8] = []
    do {
      while let piece = await pieces.next() {
        guard pieces.isSuccess else {
          complaint += piece.prefix(Self.longestComplaint - complaint.count)
          continue
        }
        try await deliver(lines.take(piece), &lines, read, receive)
      }
      if case .success = await end, let last = lines.finish() { try await deliver([last], &lines, read, receive) }
    } catch {
      pieces.close()
      throw error
    }
    let failure = failure(at: address)
    if case .failure(let error) = await end {
      throw failure.error(error).ofBatchCall(call)
    }
    guard let head = pieces.head else { throw failure.error(.malformed("no status line")).ofBatchCall(call) }
    guard pieces.isSuccess else {
      throw failed(call, HTTPResponse(status: head.status, headers: head.headers, body: complaint), failure)
    }
    if let error = fault(of: lines, failure) { throw error }
  }

  private func deliver(
    _ values: [ResultLines.Line], _ lines: inout ResultLines, _ read: (JSONValue) -> BatchResult?,
    _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    var results: [BatchResult] = []
    results.reserveCapacity(values.count)
    for line in values {
      if let result = read(line.value) { results.append(result) } else { lines.reject(line.number) }
    }
    if !results.isEmpty { try await receive(results) }
  }

  private func fault(of lines: ResultLines, _ failure: ProviderFailure) -> ProviderError? {
    if let number = lines.cutOffLine {
      return failure.make(
        .transient, "The file of results from \(name) is cut off in line \(number). The lines before it are whole.")
    }
    guard let first = lines.firstRejected else { return nil }
    let more = lines.rejectedCount > 1 ? " and \(lines.rejectedCount - 1) more" : ""
    return failure.make(
      .unusableAnswer, "Line \(first)\(more) of the results from \(name) cannot be read. The other lines are whole.")
  }

  /// No error is longer.
  private static var longestComplaint: Int { 65_536 }
}

/// Hands an answer from a transport to a reader, a piece at a time.
///
/// The transport waits while the reader works on a piece and another one is ready.
final class PieceHandover: HTTPStreamReceiver {
  private struct State {
    var head: HTTPHead?
    var piece: [UInt8]?
    var hasEnded = false
    /// Whether the reader needs no more.
    var isClosed = false
    var reader: CheckedContinuation<[UInt8]?, Never>?
    var writer: CheckedContinuation<HTTPStreamDemand, Never>?
  }

  private let state = Mutex(State())

  var head: HTTPHead? { state.withLock(\.head) }
  var isSuccess: Bool { head.map { (200..<300).contains($0.status) } ?? false }

  /// Streams the answer to a request.
  func fill(by transport: any HTTPStreamingTransport, _ request: HTTPRequest) async -> Result<Void, HTTPError> {
    defer { end() }
    do throws(HTTPError) {
      return .success(try await transport.stream(request, to: self))
    } catch {
      return .failure(error)
    }
  }

  func begin(status: Int, headers: HTTPHeaders) {
    state.withLock { $0.head = HTTPHead(status: status, headers: headers) }
  }

  func receive(_ bytes: [UInt8]) async -> HTTPStreamDemand {
    await withCheckedContinuation { writer in
      let (reader, demand): (CheckedContinuation<[UInt8]?, Never>?, HTTPStreamDemand?) = state.withLock { state in
        if state.isClosed { return (nil, .nothing) }
        if let reader = state.reader {
          state.reader = nil
          return (reader, .more)
        }
        (state.piece, state.writer) = (bytes, writer)
        return (nil, nil)
      }
      reader?.resume(returning: bytes)
      if let demand { writer.resume(returning: demand) }
    }
  }

  /// The next piece, for one reader at a time; nil after the last one.
  func next() async -> [UInt8]? {
    await withCheckedContinuation { reader in
      let (writer, piece, hasEnded): (CheckedContinuation<HTTPStreamDemand, Never>?, [UInt8]?, Bool) =
        state.withLock { state in
          defer { (state.piece, state.writer) = (nil, nil) }
          if state.piece == nil, !state.hasEnded { state.reader = reader }
          return (state.writer, state.piece, state.hasEnded)
        }
      writer?.resume(returning: .more)
      if piece != nil || hasEnded { reader.resume(returning: piece) }
    }
  }

  private func end() {
    let reader = state.withLock { state in
      state.hasEnded = true
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// Tells the transport that nothing more is needed.
  func close() {
    let writer = state.withLock { state in
      state.isClosed = true
      defer { (state.piece, state.writer) = (nil, nil) }
      return state.writer
    }
    writer?.resume(returning: .nothing)
  }
}
