/// Handles messages in order of arrival.
struct RequestScheduler {
  let handler: any MessageHandler
  let inOrder: Bool
  let writer: OutboundWriter
  let budget: MemoryBudget

  /// Returns when all deliveries are handled and every request is answered, or when the connection has ended.
  func run(_ deliveries: AsyncStream<Delivery>) async {
    await withDiscardingTaskGroup { group in
      for await delivery in deliveries {
        if writer.hasEnded { break }
        await take(delivery.content, cost: delivery.cost, in: nil, &group)
      }
    }
  }

  private func take(
    _ content: Delivery.Content, cost: Int, in batch: InFlightRequests.BatchTicket?, _ group: inout DiscardingTaskGroup
  ) async {
    switch content {
    case .request(let request, let ticket):
      let ordering = handler.ordering(of: request)
      // The responses of a batch are sent together, so waiting inside a batch would never end.
      if batch == nil { await writer.waitForRoom() }
      if ordering == .ordered || inOrder && ordering != .detached {
        await serve(request, ticket)
      } else {
        // The budget includes it before the next request is read.
        let task = begin(request, ticket, isAwaited: ordering != .detached)
        group.addTask {
          await finish(task)
          budget.change(by: -cost)
        }
        return
      }
    case .notification(let notification): await handler.receive(notification)
    case .invalid(let error, let id): writer.refuse(error, id: id, in: batch)
    case .batch(let contents, let ticket):
      if handler.acceptsBatches {
        for content in contents { await take(content, cost: 0, in: ticket, &group) }
        writer.seal(ticket)
      } else {
        writer.withdraw(ticket)
        writer.refuse(.invalidRequest("Batches are not served in this version of the protocol."), id: nil)
      }
    }
    budget.change(by: -cost)
  }

  private func serve(_ request: Request, _ ticket: InFlightRequests.Ticket) async {
    await finish(begin(request, ticket))
  }

  /// Begins the work on a request; nil if it was cancelled.
  private func begin(
    _ request: Request, _ ticket: InFlightRequests.Ticket, isAwaited: Bool = true
  ) -> Task<Void, Never>? {
    writer.begin(ticket, isAwaited: isAwaited) { [handler, writer] in
      Task { writer.answer(ticket, line: await Self.response(to: request, ticket, handler, writer)) }
    }
  }

  private func finish(_ task: Task<Void, Never>?) async {
    guard let task else { return }
    await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  private static func response(
    to request: Request, _ ticket: InFlightRequests.Ticket, _ handler: any MessageHandler, _ writer: OutboundWriter
  ) async -> [UInt8] {
    let context = RequestContext(
      id: request.id, send: { writer.notify($0, for: ticket) }, ask: { await writer.ask($0, $1, for: ticket) })
    do throws(RPCError) {
      return MessageEncoder.result(try await handler.respond(to: request, in: context), id: request.id)
    } catch {
      return MessageEncoder.error(error, id: request.id)
    }
  }
}
