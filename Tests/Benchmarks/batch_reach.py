"""The time and the memory of a batch run with many rows.

    COMPLETION_KIT_BINARY=... python3 Tests/Benchmarks/batch_reach.py [ROWS] [VENDOR]

Prints the seconds from the start of the run to its end, the growth of the store, and the growth of the program's memory
at its highest.
"""

import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "EndToEnd"))

from batch_server import BatchServer  # noqa: E402
from server import Server  # noqa: E402
from test_batches import generate, plan  # noqa: E402


def memory(server: Server, name: str) -> float:
    """Megabytes, as `/proc` tells them: VmRSS now, or VmHWM at the highest."""
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name}:"))) / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    vendor = sys.argv[2] if len(sys.argv) > 2 else "openai"
    provider = BatchServer()
    provider.control(polls=1)
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        home = pathlib.Path(folder)
        store = home / "data" / "store.json"
        server = Server(home, store)
        run = plan(server, provider, vendor, rows=rows, text="row {n} of a few words that fill a line as rows do")
        server.stop()
        server = Server(home, store)
        server.get("runs_list")
        size, before = store.stat().st_size / 1e6, memory(server, "VmRSS")
        start = time.monotonic()
        result = generate(server, run, 600)
        seconds = time.monotonic() - start
        assert result["status"] == "completed" and result["responses_count"] == rows, result
        growth = store.stat().st_size / 1e6 - size
        peak = memory(server, "VmHWM") - before
        print(f"{rows} rows at {vendor}: {seconds:.1f} s, store +{growth:.1f} MB, memory +{peak:.1f} MB at its highest, "
              f"{peak / growth:.2f} of the store's growth, {len(result['batches'])} batches")
        server.stop()
    provider.stop()


if __name__ == "__main__":
    main()
