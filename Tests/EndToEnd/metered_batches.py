"""A provider on 127.0.0.1 that serves plain calls and batches, and counts the tokens and the dollars of both."""

import batch_server
from batch_server import BatchServer
from metered_server import Books, MeteredServer


class MeteredBatchServer(BatchServer):
    """Plain calls and batches are answered by `meter`, which keeps the books; a batch has no latency."""

    def __init__(self, latency: float = 0.0) -> None:
        self.meter = MeteredServer(latency)
        super().__init__()
        self.RequestHandlerClass = Handler

    @property
    def books(self) -> Books:
        return self.meter.books

    def forget(self) -> None:
        self.meter.forget()

    def add(self, vendor: str, requests: list[tuple[str, dict]]) -> batch_server.Batch:
        batch = super().add(vendor, requests)
        batch.chat_answer = lambda body: self.meter.complete(body, False, "batch")
        batch.message_answer = lambda body, _: self.meter.complete(body, True, "batch")
        return batch

    def stop(self) -> None:
        self.meter.stop()
        super().stop()


class Handler(batch_server.Handler):
    server: MeteredBatchServer

    def answer(self, body: dict, is_anthropic: bool) -> None:
        self.send(200, self.server.meter.complete(body, is_anthropic, body.get("service_tier")))
