"""A provider below HTTP: it reads a request and writes a test's bytes, with or without TLS."""

import contextlib
import datetime
import ipaddress
import pathlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class RawServer:
    """Gives every request the same pieces and then closes the connection."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]], context: ssl.SSLContext | None = None) -> None:
        self.pieces, self.context = pieces, context
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Clients disconnect, which the tests are about.
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            request = read_request(connection)
            if not request:
                return
            self.requests.append(request)
            for piece in self.pieces():
                connection.sendall(piece)
            if not self.context:
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)

    def stop(self) -> None:
        self.listener.close()


def read_request(connection: socket.socket) -> bytes:
    """A request's head and body, or the beginning of TLS; empty if there is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        if data.startswith(b"\x16"):
            return data
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def raw(pieces: Callable[[], Iterable[bytes]], context: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    server = RawServer(pieces, context)
    try:
        yield server
    finally:
        server.stop()


def certificate(folder: pathlib.Path, kind: str) -> tuple[ssl.SSLContext, pathlib.Path]:
    """A server's side of TLS and the file of its authority: `good`, `expired`, `self-signed` or for a `wrong host`."""
    today = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])
    host = "elsewhere.example" if kind == "wrong host" else "localhost"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])

    def build(subject: x509.Name, public, names: list[str], until: datetime.datetime) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(today - 30 * day)
        builder = builder.not_valid_after(until)
        if names:
            alternatives: list[x509.GeneralName] = [x509.DNSName(entry) for entry in names]
            if "localhost" in names:
                alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
            return builder.add_extension(x509.SubjectAlternativeName(alternatives), False)
        return builder.add_extension(x509.BasicConstraints(True, None), True)

    until = today - day if kind == "expired" else today + 30 * day
    leaf = build(name, key.public_key(), [host], until)
    signed = (
        leaf.issuer_name(name).sign(key, hashes.SHA256())
        if kind == "self-signed"
        else leaf.issuer_name(authority_name).sign(authority_key, hashes.SHA256())
    )
    authority = build(authority_name, authority_key.public_key(), [], today + 30 * day)
    authority_file = folder / "authority.pem"
    pem = serialization.Encoding.PEM
    authority_file.write_bytes(
        authority.issuer_name(authority_name).sign(authority_key, hashes.SHA256()).public_bytes(pem)
    )
    chain = folder / "server.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(private + signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context, authority_file
