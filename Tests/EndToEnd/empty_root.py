"""A folder as the root of a system that has the C library, libcurl and certificates, and nothing else."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator

# Opened by the C library when a name is looked up.
NAME_SERVICES = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"]
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\nhosts: files dns\n",
}


def libraries(binary: pathlib.Path) -> dict[str, pathlib.Path]:
    """The libraries that a program or library is linked with, by the path at which they are looked for."""
    text = subprocess.run(["ldd", str(binary)], check=True, capture_output=True, text=True).stdout
    return {path: pathlib.Path(path).resolve() for path in re.findall(r"(?:=> )?(/\S+) \(0x", text)}


def library(name: str) -> pathlib.Path | None:
    """A library of the system by its name; nil if it is not installed."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    machine = "AArch64" if os.uname().machine == "aarch64" else "x86-64"
    for line in known.splitlines():
        if line.strip().startswith(f"{name} ") and machine in line:
            return pathlib.Path(line.split(" => ")[1])
    return None


class EmptyRoot:
    """A root with one program."""

    def __init__(self, folder: pathlib.Path, binary: pathlib.Path, curl: str | None) -> None:
        """`curl` is the name of the libcurl to install; with nil there is none."""
        self.folder = folder
        self.copy(binary, "completion-kit")
        self.needed = [name.rsplit("/")[-1] for name in self.install(binary)]
        for name in NAME_SERVICES:
            if found := library(name):
                self.copy(found, str(found))
        self.added_by_curl: list[str] = []
        if curl is not None:
            found = library(curl)
            assert found, f"{curl} is not installed"
            self.copy(found, str(found))
            self.added_by_curl = [name.rsplit("/")[-1] for name in self.install(found)]
        if os.path.exists(CERTIFICATES):
            self.copy(pathlib.Path(CERTIFICATES), CERTIFICATES)
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (folder / "root").mkdir()

    def install(self, binary: pathlib.Path) -> list[str]:
        """Copies the libraries of a program that are not there yet, and names them."""
        added = []
        for wanted, file in libraries(binary).items():
            if not (self.folder / wanted.lstrip("/")).exists():
                self.copy(file, wanted)
                added.append(wanted)
        return sorted(added)

    def copy(self, file: pathlib.Path, path: str) -> None:
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file.resolve(), target)

    @contextlib.contextmanager
    def running(self) -> Iterator[bool]:
        """A period in which /proc is there, as in every container; false if this process may not mount it."""
        proc = self.folder / "proc"
        proc.mkdir(exist_ok=True)
        mounted = subprocess.run(["/bin/mount", "-t", "proc", "proc", str(proc)], capture_output=True).returncode == 0
        try:
            yield mounted
        finally:
            if mounted:
                subprocess.run(["/bin/umount", str(proc)], check=True)

    def command(self, *options: str) -> list[str]:
        return ["/usr/sbin/chroot", str(self.folder), "/completion-kit", "--store", "/root/store.json", *options]
