"""A client that does not read its answers."""

import json
import os
import pathlib
import select
import subprocess
import threading

import pytest
from server import BINARY, environment

REQUESTS = int(os.environ.get("SLOW_CLIENT_REQUESTS", "20000"))


def memory(process: int) -> int:
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024


@pytest.mark.skipif(not pathlib.Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_answers_that_nobody_reads_do_not_pile_up(home: pathlib.Path) -> None:
    process = subprocess.Popen(
        [str(BINARY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(home, home / "store.json"),
        cwd="/",
    )
    # tools/list is the largest answer that needs nothing in the store.
    lines = b"".join(
        json.dumps({"jsonrpc": "2.0", "id": id, "method": "tools/list", "params": {}}).encode() + b"\n"
        for id in range(1, REQUESTS + 1)
    )
    os.set_blocking(process.stdin.fileno(), False)
    sent = 0
    # The server takes what it can hold and then reads no more, or has read it all.
    while sent < len(lines) and select.select([], [process.stdin], [], 2)[1]:
        sent += os.write(process.stdin.fileno(), lines[sent : sent + (1 << 16)])
    last, held = -1, memory(process.pid)
    while held > last:
        last = held
        select.select([], [], [], 1)
        held = max(held, memory(process.pid))
    assert held < 400 << 20, f"{held >> 20} MiB for {sent // (len(lines) // REQUESTS)} requests"
    # No line was lost.
    os.set_blocking(process.stdin.fileno(), True)

    def finish() -> None:
        rest = memoryview(lines)[sent:]
        while rest:
            rest = rest[os.write(process.stdin.fileno(), rest) :]
        process.stdin.close()

    writer = threading.Thread(target=finish)
    writer.start()
    answered = {json.loads(line)["id"] for line in process.stdout}
    writer.join()
    assert process.wait(timeout=60) == 0
    assert answered == set(range(1, REQUESTS + 1))
    print(f"\n{REQUESTS} requests unread: {held >> 20} MiB at most")
