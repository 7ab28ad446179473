"""The reports as web pages, in a real browser, and the app that clients show with results."""

import csv
import io
import json
import pathlib
import time
from collections.abc import Iterator

import browser
import conformance
import pytest
from server import Server

HOSTILE = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
APP = "ui://completion-kit/app"
APPS = {"extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}}


@pytest.fixture(scope="module")
def window() -> Iterator:
    with browser.browser() as window:
        yield window


def table(rows: list[dict]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def prompt(server: Server, template: str, name: str = "sorter") -> int:
    return server.get("prompts_create", name=name, template=template, llm_model="echo")["id"]


def run(server: Server, prompt_id: int, dataset: int, **settings) -> int:
    id = server.get("runs_create", prompt_id=prompt_id, dataset_id=dataset, scoring="ExactMatch", **settings)["id"]
    server.get("runs_generate", id=id, wait_seconds=60)
    return id


def seed(server: Server, rows: int = 60) -> tuple[int, int]:
    """Two runs of one dataset: the second prompt is right where the first one is not, and the other way round."""
    kinds = ["billing", "refund", "shipping"]
    dataset = server.get(
        "datasets_create", name="tickets",
        csv_data=table([
            {
                "first": kinds[number % 3] if number % 4 else "other <b>kind</b>",
                "second": kinds[number % 3] if number % 7 else HOSTILE,
                "expected_output": kinds[number % 3],
            }
            for number in range(rows)
        ]),
    )["id"]
    first = run(server, prompt(server, "{{ first }}"), dataset, name="plain")
    second = run(server, prompt(server, "{{ second }}", "sorter <i>b</i>"), dataset, name=f"with {HOSTILE}")
    return first, second


def experiment(server: Server) -> int:
    versions = [prompt(server, "Say {{ text }}.", "plain"), prompt(server, "Say {{ text }}, please.", "polite")]
    id = server.get("experiments_create", name="tone", prompt_ids=versions)["id"]
    made = server.get("experiments_generate", experiment_id=id, inputs={"text": "a"}, num_samples=12)["data"]
    for number, datum in enumerate(made):
        server.get("experiments_feedback", generation_id=datum["id"], outcome="positive" if number % 3 else "negative")
    return id


def read(server: Server, uri: str) -> str:
    [contents] = server.request("resources/read", {"uri": uri})["result"]["contents"]
    assert contents["mimeType"] == ("text/html;profile=mcp-app" if uri == APP else "text/html")
    return contents["text"]


def saved(server: Server, home: pathlib.Path, uri: str) -> pathlib.Path:
    path = home / "report.html"
    path.write_text(read(server, f"completion-kit://{uri}/report.html"))
    return path


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "comparison", "experiment"])
def test_a_report_is_whole_accessible_and_fits(server: Server, home, window, kind: str, scheme: str, width: int) -> None:
    if kind == "experiment":
        uri = f"experiments/{experiment(server)}"
    else:
        first, second = seed(server)
        uri = f"runs/{second}" if kind == "run" else f"comparisons/{first},{second}"
    path = saved(server, home, uri)
    view = browser.Page(window, width, color_scheme=scheme).open(path)
    page = view.page
    assert page.locator("main .finding").count() >= 1
    assert page.locator("svg[role=img]").count() >= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.broken") is None
    assert page.locator("img, iframe, i, b > b").count() == 0
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    violations = axe.Axe().run(page).response["violations"]
    assert not violations, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations]
    assert not view.problems
    assert [url for url in view.requests if not url.startswith("file:")] == []


def test_a_comparison_shows_what_changed(server: Server, home, window) -> None:
    first, second = seed(server)
    statistics = server.get("runs_compare", run_ids=[first, second])["statistics"][0]
    page = browser.Page(window).open(saved(server, home, f"comparisons/{first},{second}"))
    assert statistics["verdict"] in page.texts(".finding")[0]
    assert [text for text in page.texts(".difference del, del") if "first" in text]
    assert [text for text in page.texts("ins") if "second" in text]
    assert any(HOSTILE in text for text in page.texts(".text"))
    assert any("losses" in text for text in page.texts("h3"))


def test_keys_reach_everything(server: Server, home, window) -> None:
    _, second = seed(server)
    page = browser.Page(window).open(saved(server, home, f"runs/{second}")).page
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "SUMMARY"} <= reached
    item = page.locator("details.item").nth(4)
    item.locator("summary").focus()
    page.keyboard.press("Enter")
    assert item.evaluate("node => node.open")
    # On paper every row is open, and afterwards those that were closed are closed again.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.item:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.item:not([open])").count() > 0
    page.emulate_media(media="print")
    assert len(page.pdf()) > 10_000


def test_without_scripts_the_essence_is_there(server: Server, home, window) -> None:
    first, second = seed(server)
    verdict = server.get("runs_compare", run_ids=[first, second])["statistics"][0]["verdict"]
    page = browser.Page(window, java_script_enabled=False).open(saved(server, home, f"comparisons/{first},{second}"))
    assert page.texts(".finding") == [verdict]
    assert page.page.locator("table").count() >= 4
    assert not page.problems


def test_a_large_run_stays_small_and_opens_at_once(server: Server, home, window) -> None:
    rows = [{"text": f"row {number} " + "word " * 40, "expected_output": "x"} for number in range(5000)]
    dataset = server.get("datasets_create", name="large", csv_data=table(rows))["id"]
    id = run(server, prompt(server, "{{ text }}"), dataset)
    started = time.monotonic()
    path = saved(server, home, f"runs/{id}")
    built = time.monotonic() - started
    page = browser.Page(window).open(path).page
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    print(f"{path.stat().st_size} bytes, read in {built * 1000:.0f} ms, opened in {opened:.0f} ms")
    assert path.stat().st_size < 2_000_000
    assert opened < 1000


# The app


def test_only_clients_with_apps_are_told_of_the_app(start) -> None:
    def apps(tools: list[dict]) -> dict:
        """What the tools say of the app, by name; they may say other things."""
        told = {tool["name"]: {key: value for key, value in tool.get("_meta", {}).items() if "ui" in key.split("/")}
                for tool in tools}
        return {name: meta for name, meta in told.items() if meta}

    assert not apps(start().tools())
    shown = start(capabilities=APPS)
    names = {"runs_get", "runs_compare", "experiments_get"}
    assert apps(shown.tools()) == {name: {"ui": {"resourceUri": APP}, "ui/resourceUri": APP} for name in names}
    assert set(apps(shown.modern("tools/list", capabilities=APPS)["result"]["tools"])) == names


class Client:
    """A client that shows the app and passes its calls on to the server."""

    def __init__(self, window, server: Server, home: pathlib.Path, capabilities: dict) -> None:
        self.view = browser.Page(window, color_scheme="light")
        self.page = self.view.page
        self.calls: list[tuple[str, dict]] = []
        self.page.expose_function("askServer", lambda method, params: self.ask(server, method, params))
        path = home / "client.html"
        path.write_text(browser.HOST)
        self.view.open(path)
        self.page.evaluate("([html, capabilities]) => show(html, capabilities)", [read(server, APP), capabilities])
        self.page.wait_for_function("received.some((one) => one.method === 'ui/notifications/initialized')")
        self.app = self.page.frame_locator("#view")

    def ask(self, server: Server, method: str, params: dict) -> dict:
        self.calls.append((method, params))
        return server.request(method, params)

    def tell(self, **message) -> None:
        self.page.evaluate("(message) => tell(message)", message)

    def result(self, arguments: dict, result: dict) -> None:
        self.tell(method="ui/notifications/tool-input", params={"arguments": arguments})
        self.tell(method="ui/notifications/tool-result", params=result)

    def methods(self) -> list[str]:
        return self.page.evaluate("received.map((one) => one.method)")


def test_the_app_follows_the_messages_of_the_specification(server: Server, home, window) -> None:
    first, second = seed(server)
    client = Client(window, server, home, {"serverTools": {}, "serverResources": {}})
    opening = client.page.evaluate("received[0]")
    assert opening["method"] == "ui/initialize" and opening["params"]["protocolVersion"] == "2026-01-26"
    assert set(opening["params"]) == {"protocolVersion", "appInfo", "appCapabilities"}
    # Messages of other scripts are ignored.
    client.page.evaluate("view.contentWindow.postMessage('hello', '*')")
    client.page.evaluate("view.contentWindow.postMessage({ type: 'other' }, '*')")
    client.tell(id="p", method="ping")
    client.result({"id": second}, server.call("runs_get", id=second))
    client.app.locator("h2", has_text="Weakest rows").wait_for()
    assert ("resources/read", {"uri": f"completion-kit://runs/{second}/report.html"}) in client.calls
    assert client.app.locator("html").get_attribute("data-theme") == "dark"
    client.tell(method="ui/notifications/host-context-changed", params={"theme": "light"})
    client.tell(id="t", method="ui/resource-teardown", params={})
    client.tell(id="u", method="ui/unknown", params={})
    client.page.wait_for_function("answers.p && answers.t && answers.u")
    assert client.page.evaluate("[answers.p.result, answers.t.result, answers.u.error.code]") == [{}, {}, -32601]
    assert client.app.locator("html").get_attribute("data-theme") == "light"
    sizes = client.page.evaluate("received.filter((one) => one.method === 'ui/notifications/size-changed').map((one) => one.params)")
    assert sizes and sizes[-1]["height"] > 1000
    client.result({"run_ids": [first, second]}, server.call("runs_compare", run_ids=[first, second]))
    client.app.locator("h2", has_text="Changed rows").wait_for()
    client.tell(method="ui/notifications/tool-cancelled", params={"reason": "no longer wanted"})
    client.app.locator("text=no longer wanted").wait_for()
    assert not client.view.problems


@pytest.mark.parametrize("form", ["content", "structuredContent"])
def test_the_app_shows_a_result_by_itself(server: Server, home, window, form: str) -> None:
    id = experiment(server)
    client = Client(window, server, home, {})
    result = server.call("experiments_get", id=id)
    client.result({"id": id}, {form: result[form]})
    client.app.locator(".finding", has_text=result["structuredContent"]["verdict"][:40]).wait_for()
    assert client.app.locator("td", has_text="not known").count() == 0
    assert client.calls == []
    client.result({"id": 99}, server.call("experiments_get", id=99))
    client.app.locator("text=No experiment 99").wait_for()
    assert not client.view.problems


def test_a_person_judges_blind_in_the_app(server: Server, home, window) -> None:
    _, run_id = seed(server)
    client = Client(window, server, home, {"serverTools": {}, "serverResources": {}})
    client.result({"id": run_id}, server.call("runs_get", id=run_id, results=False))
    client.app.locator("h2", has_text="Weakest rows").wait_for()
    client.app.get_by_role("button", name="Begin").click()
    for number in range(3):
        client.app.locator("p[role=status]", has_text=f"{number} given so far").wait_for()
        # Nothing but the row is in sight, and the keyboard is at its heading.
        assert client.app.locator("main > section:not([hidden])").count() == 1
        assert client.app.locator("h3:focus").inner_text().startswith("Row")
        assert not [text for text in client.app.locator("#report").all_inner_texts() if "gave" in text]
        client.app.get_by_role("button", name="Right").press("Enter")
    client.app.locator("p[role=status]", has_text="3 given so far").wait_for()
    verdicts = server.get("verdicts_list", run_id=run_id)["verdicts"]
    assert [verdict["passed"] for verdict in verdicts] == [True] * 3
    # The report has shown the scores of the weakest rows.
    weak = {row["row_index"] for row in server.get("responses_list", run_id=run_id, order="score", limit=10)["responses"]}
    assert all(verdict["blind"] == (verdict["row_index"] not in weak) for verdict in verdicts)
    client.app.get_by_role("button", name="Stop").click()
    client.app.get_by_role("button", name="Update the report").click()
    client.app.locator("h2", has_text="Weakest rows").wait_for()
    assert not client.view.problems
