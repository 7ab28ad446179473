"""Builds the program that is published: on Linux one that needs no toolchain, on macOS one for both kinds of processors."""

import json
import pathlib
import platform
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "completion-kit"
# What a client sends when it starts the program.
START = [
    {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "start", "version": "1"}}},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
]


def output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def build() -> pathlib.Path:
    """Builds for this machine's system.

    Returns the program's path.
    """
    return build_for_macos() if platform.system() == "Darwin" else build_for_linux()


def static_library(scratch: pathlib.Path) -> pathlib.Path:
    """A folder with libstdc++.a alone, so that the linker cannot choose the shared one."""
    folder = scratch / "libraries"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "libstdc++.a"
    link.unlink(missing_ok=True)
    link.symlink_to(output("clang", "-print-file-name=libstdc++.a"))
    return folder


def build_for_linux() -> pathlib.Path:
    scratch = ROOT / ".build" / "static"
    flags = ["--static-swift-stdlib", "-Xswiftc", "-use-ld=lld"]
    # Names that nothing outside looks up are 0.7 MB and slow down the start.
    flags += ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe"]
    # Each function has a section of its own, so that the linker can put those that run at the start side by side.
    flags += ["-Xswiftc", "-Xfrontend", "-Xswiftc", "-function-sections"]
    # Generic types are made by direct calls: looking one up by its name searches all conformances, which is a fifth of the start.
    flags += ["-Xswiftc", "-Xfrontend", "-Xswiftc", "-disable-concrete-type-metadata-mangled-name-accessors"]
    # At an address of its own choice the program has 150 pages to change when it starts. Go's programs have a fixed one, too.
    flags += ["-Xswiftc", "-Xclang-linker", "-Xswiftc", "-no-pie"]
    # As a shared library libstdc++ costs 1.1 MB of memory and a tenth of the start. The C library opens libgcc by itself.
    flags += ["-Xswiftc", "-L", "-Xswiftc", str(static_library(scratch))]
    order = scratch / "order.txt"
    order.write_text("\n".join(called_at_start(compile(scratch, flags), scratch)))
    # Private functions have no names for the order. Put together they take 80 KB; left where they are they take 2.6 MB of memory.
    script = scratch / "private_functions.ld"
    script.write_text("SECTIONS { .text.private : { *(.text..L*) } } INSERT BEFORE .text;\n")
    flags += ["-Xlinker", "-T", "-Xlinker", str(script)]
    # Symbols and debug information are 35 of 60 MB.
    flags += ["-Xlinker", "-s", "-Xlinker", f"--symbol-ordering-file={order}", "-Xlinker", "--no-warn-symbol-ordering"]
    return compile(scratch, flags)


def called_at_start(binary: pathlib.Path, scratch: pathlib.Path) -> list[str]:
    """The functions that run until a client has the list of tools, which the linker puts side by side.

    The system loads code by pages, so that a copy without this order holds 5 MB more of it in memory.
    """
    profile = scratch / "start.profile"
    options = ["--tool=callgrind", "--demangle=no", "--compress-strings=no", f"--callgrind-out-file={profile}"]
    messages = "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in START)
    command = ["valgrind", "-q", *options, str(binary), "--store", str(scratch / "none" / "store.json")]
    if not shutil.which("valgrind") or subprocess.run(command, input=messages, stdout=subprocess.DEVNULL, text=True).returncode != 0:
        print("NOTICE: without valgrind the program's code is not ordered, and takes 5 MB more memory.", file=sys.stderr)
        return []
    names, is_own = [], False
    for line in profile.read_text(errors="replace").splitlines():
        if line.startswith("ob="):
            is_own = line.endswith(f"/{NAME}")
        elif line.startswith("fn=") and is_own:
            names.append(line[3:].split("'")[0])
    return sorted(set(names))


def build_for_macos() -> pathlib.Path:
    """One binary for both kinds of processors, signed with no identity: an unsigned one would not start on Apple silicon."""
    flags = ["-Xlinker", "-dead_strip", "-Xlinker", "-x"]
    parts = [compile(ROOT / ".build" / cpu, ["--arch", cpu, *flags]) for cpu in ("arm64", "x86_64")]
    universal = ROOT / ".build" / NAME
    subprocess.run(["lipo", "-create", *map(str, parts), "-output", str(universal)], check=True)
    subprocess.run(["strip", "-x", str(universal)], check=True)
    subprocess.run(["codesign", "--force", "--sign", "-", str(universal)], check=True)
    return universal


def compile(scratch: pathlib.Path, flags: list[str]) -> pathlib.Path:
    command = ["swift", "build", "-c", "release", "--product", NAME, "--scratch-path", str(scratch), *flags]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    return pathlib.Path(output(*command, "--show-bin-path")) / NAME
