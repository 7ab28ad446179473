"""A headless Chromium, and a client that shows an MCP App as the specification says."""

import contextlib
import pathlib
import shutil
from collections.abc import Iterator

import pytest

# Of each, the test that needs it says what is missing.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

HOST = """<!DOCTYPE html>
<html lang="en"><head><title>client</title></head><body>
<iframe id="view" title="app" sandbox="allow-scripts" style="width: 900px; height: 700px; border: 0"></iframe>
<script>
const view = document.getElementById("view");
window.received = [];
window.answers = {};
window.tell = (message) => view.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
addEventListener("message", async ({ source, data }) => {
  if (source !== view.contentWindow) return;
  received.push(data);
  if (data.method === undefined) { answers[data.id] = data; return; }
  if (data.method === "ui/initialize") {
    tell({ id: data.id, result: { protocolVersion: "2026-01-26", hostInfo: { name: "client", version: "1" },
      hostCapabilities: window.capabilities, hostContext: { theme: "dark", displayMode: "inline" } } });
  } else if (data.id !== undefined) {
    const answer = await askServer(data.method, data.params);
    tell({ id: data.id, ...(answer.error ? { error: answer.error } : { result: answer.result }) });
  }
});
window.show = (html, capabilities) => { window.capabilities = capabilities; view.srcdoc = html; };
</script></body></html>"""


@contextlib.contextmanager
def browser() -> Iterator:
    if CHROMIUM is None:
        pytest.skip("There is no chromium, chromium-browser or google-chrome on the PATH.")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright, which drives the browser, is not installed.")
    with api.sync_playwright() as driver:
        # The sandbox of Chromium needs what a container often lacks; the pages are the test's own.
        window = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield window
        finally:
            window.close()


class Page:
    """A page with everything that went wrong on it."""

    def __init__(self, window, width: int = 1280, **context) -> None:
        self.context = window.new_context(viewport={"width": width, "height": 900}, **context)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: pathlib.Path) -> "Page":
        self.page.goto(path.as_uri())
        return self

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()
