"""Kills the program at many random moments of batch runs, and checks that every row is answered once and paid for once.

    COMPLETION_KIT_BINARY=... python3 Tests/Benchmarks/batch_kills.py [KILLS] [SEED]

Each run has 40 rows and one batch; the vendors take turns. A run is killed up to 12 times, at a moment of its own in the
submission, the polling or the recording.
"""

import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "EndToEnd"))

from batch_server import BatchServer  # noqa: E402
from server import Server  # noqa: E402
from test_batches import ROWS, VENDORS, check_paid_once, check_whole, generate, plan  # noqa: E402


def one_run(dice: random.Random, vendor: str, kills: int) -> dict[str, int]:
    """Kills one run so many times, and lets it end."""
    provider = BatchServer()
    loses = int(dice.random() < 0.3)
    provider.control(polls=dice.randint(2, 8), noise=True, lose_submissions=loses, cut_downloads=int(dice.random() < 0.3))
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        home = pathlib.Path(folder)
        store = home / "data" / "store.json"
        server = Server(home, store)
        run = plan(server, provider, vendor)
        counts = {"kills": 0, "waiting": 0, "by hand": 0}
        for _ in range(kills):
            status = server.get("runs_get", id=run)["status"]
            counts["waiting"] += status == "waiting"
            if status == "completed":
                break
            if status in ("pending", "failed"):
                counts["by hand"] += status == "failed"
                server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": 0}})
            time.sleep(dice.choice([dice.uniform(0, 0.02), dice.uniform(0, 0.1), dice.uniform(0, 0.5), dice.uniform(0, 2)]))
            server.process.kill()
            server.process.wait()
            server.stop()
            counts["kills"] += 1
            server = Server(home, store)
        result = server.get("runs_get", id=run, wait_seconds=200, timeout=230)
        if result["status"] in ("failed", "pending"):
            result = generate(server, run, 200)
        assert result["status"] == "completed", result
        check_whole(server, run)
        check_paid_once(provider)
        assert result["responses_count"] == ROWS and result["failed"] == 0, result
        assert server.finish() == 0
    provider.stop()
    return counts


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dice = random.Random(seed)
    totals = {"kills": 0, "waiting": 0, "by hand": 0, "runs": 0}
    while totals["kills"] < kills:
        counts = one_run(dice, VENDORS[totals["runs"] % len(VENDORS)], min(12, kills - totals["kills"]))
        for name, count in counts.items():
            totals[name] += count
        totals["runs"] += 1
        print(totals, flush=True)


if __name__ == "__main__":
    main()
