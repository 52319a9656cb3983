"""A time-stamp authority of our own: `openssl ts` behind a server on the loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["Authority", "authority"]

_CONFIG = """
[req]
distinguished_name = name
[name]
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@dataclass
class Authority:
    """One that can be turned `off`: it answers 503 then. `asked` counts the requests; of `again` it gives back the
    answer to that query, whatever it is asked."""

    folder: Path
    url: str = ""
    off: bool = False
    again: bytes = b""
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def root(self) -> Path:
        """The certificate that whoever trusts it trusts."""
        return self.folder / "ca.pem"

    def make(self) -> None:
        """Its keys and certificates; RSA, as older clients want it."""
        self.folder.mkdir()
        config = self.folder / "tsa.cnf"
        config.write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01")
        new = ("req", "-config", config, "-newkey", "rsa:2048", "-nodes")
        ca = ("-x509", "-extensions", "ca", "-days", "3650", "-subj", "/CN=Root")
        _openssl(*new, *ca, "-keyout", self.folder / "ca.key", "-out", self.root)
        signer = ("-subj", "/CN=Signer", "-keyout", self.folder / "tsa.key", "-out", self.folder / "tsa.csr")
        _openssl(*new, *signer)
        signed = ("-CA", self.root, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "3650")
        by = ("-extfile", config, "-extensions", "signer", "-out", self.folder / "tsa.pem")
        _openssl("x509", "-req", "-in", self.folder / "tsa.csr", *signed, *by)

    def answer(self, query: bytes) -> bytes:
        """What it says to a request."""
        with self.lock:
            (self.folder / "q.tsq").write_bytes(self.again or query)
            ours = ("-config", self.folder / "tsa.cnf", "-signer", self.folder / "tsa.pem")
            key = ("-inkey", self.folder / "tsa.key", "-out", self.folder / "r.tsr")
            _openssl("ts", "-reply", *ours, "-queryfile", self.folder / "q.tsq", *key)
            return (self.folder / "r.tsr").read_bytes()


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """An authority that listens."""
    one = Authority(folder)
    one.make()

    class _Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            one.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = b"" if one.off else one.answer(body)
            self.send_response(503 if one.off else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), _Asked) as server:
        one.url = f"http://127.0.0.1:{server.server_port}/tsa"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield one
        finally:
            server.shutdown()
            thread.join()
