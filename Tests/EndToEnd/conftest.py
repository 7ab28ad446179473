import pathlib
import tempfile
from collections.abc import Callable, Iterator

import conformance
import pytest
import real_model
from fault_server import FaultServer
from server import BINARY, Server


def pytest_configure(config: pytest.Config) -> None:
    if not BINARY.is_file():
        pytest.exit(f"There is no {BINARY}: run swift build -c release, or set COMPLETION_KIT_BINARY.", 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests with a real model first, on one worker, because they take longest; the others stay together by file."""
    items.sort(key=lambda item: not uses_real_model(item))
    for item in items:
        item.add_marker(pytest.mark.xdist_group("real model" if uses_real_model(item) else item.path.stem))


def uses_real_model(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "model_address" in item.fixturenames


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if conformance.available():
        terminalreporter.write_line(f"Every message was checked against the schemas in {conformance.SCHEMAS}.")
    else:
        terminalreporter.write_line(
            f"NOTICE: no MCP schemas in {conformance.SCHEMAS}: messages were not checked against them. MCP_SCHEMAS names a folder."
        )


@pytest.fixture
def home() -> Iterator[pathlib.Path]:
    """A home folder for one test. pytest's own has a long path and is only accessible to its owner."""
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        yield pathlib.Path(folder)


@pytest.fixture
def start(home: pathlib.Path) -> Iterator[Callable[..., Server]]:
    """Starts copies of the server on the test's store, and ends those left running."""
    started: list[Server] = []

    def start(*options: str, store: pathlib.Path | None = None, **keywords) -> Server:
        server = Server(home, store or home / "data" / "store.json", *options, **keywords)
        started.append(server)
        return server

    yield start
    try:
        for server in started:
            assert not server.violations, server.violations
    finally:
        for server in started:
            server.stop()


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    """A copy after its handshake, on an empty store."""
    return start()


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    server = FaultServer()
    yield server
    server.stop()


@pytest.fixture
def faults(fault_server: FaultServer) -> FaultServer:
    """A misbehaving provider without any requests so far."""
    fault_server.reset()
    return fault_server


@pytest.fixture(scope="session")
def model_address() -> Iterator[str]:
    """The address of a real language model."""
    with real_model.running() as address:
        yield address
