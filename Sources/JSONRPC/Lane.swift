/// Deals with deliveries in the order of their arrival.
struct Lane {
  let handler: any MessageHandler
  let inOrder: Bool
  let outlet: Outlet
  let backlog: Backlog

  /// Returns when all deliveries are dealt with and every request is answered, or the connection has ended.
  func run(_ deliveries: AsyncStream<Delivery>) async {
    await withDiscardingTaskGroup { group in
      for await delivery in deliveries {
        if outlet.hasEnded { break }
        await take(delivery.content, cost: delivery.cost, in: nil, &group)
      }
    }
  }

  private func take(
    _ content: Delivery.Content, cost: Int, in batch: Exchange.BatchTicket?, _ group: inout DiscardingTaskGroup
  ) async {
    switch content {
    case .request(let request, let ticket):
      let ordering = handler.ordering(of: request)
      // The replies of a batch leave together, so that waiting in the middle of one would be for ever.
      if batch == nil { await outlet.waitForRoom() }
      if ordering == .ordered || inOrder && ordering != .detached {
        await serve(request, ticket)
      } else {
        // Its place is taken before the next request is looked at.
        let task = begin(request, ticket, isAwaited: ordering != .detached)
        group.addTask {
          await finish(task)
          backlog.change(by: -cost)
        }
        return
      }
    case .notification(let notification): await handler.receive(notification)
    case .invalid(let error, let id): outlet.refuse(error, id: id, in: batch)
    case .batch(let contents, let ticket):
      if handler.acceptsBatches {
        for content in contents { await take(content, cost: 0, in: ticket, &group) }
        outlet.seal(ticket)
      } else {
        outlet.withdraw(ticket)
        outlet.refuse(.invalidRequest("Batches are not served in this version of the protocol."), id: nil)
      }
    }
    backlog.change(by: -cost)
  }

  private func serve(_ request: Request, _ ticket: Exchange.Ticket) async {
    await finish(begin(request, ticket))
  }

  /// Begins the work on a request; nil if it was cancelled.
  private func begin(
    _ request: Request, _ ticket: Exchange.Ticket, isAwaited: Bool = true
  ) -> Task<Void, Never>? {
    outlet.begin(ticket, isAwaited: isAwaited) { [handler, outlet] in
      Task { outlet.answer(ticket, line: await Self.response(to: request, ticket, handler, outlet)) }
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
    to request: Request, _ ticket: Exchange.Ticket, _ handler: any MessageHandler, _ outlet: Outlet
  ) async -> [UInt8] {
    let context = RequestContext(
      id: request.id, send: { outlet.notify($0, for: ticket) }, ask: { await outlet.ask($0, $1, for: ticket) })
    do throws(RPCError) {
      return MessageEncoder.result(try await handler.respond(to: request, in: context), id: request.id)
    } catch {
      return MessageEncoder.error(error, id: request.id)
    }
  }
}
