"""An archive that is served by the command, as people serve it, and what is asked of it over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, build_opener

from archive.home import Home
from tests.support import COMMAND, environment

__all__ = ["Got", "Served", "serving"]


@dataclass(frozen=True)
class Got:
    """An answer: its status, headers (names in small letters) and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """Where an archive is served."""

    base: str

    def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        """Ask for a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(self.base + path, headers=named, method=method)
        try:
            answer = build_opener().open(request, timeout=60)
        except HTTPError as problem:
            answer = problem
        with answer:
            return Got(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


@contextmanager
def serving(home: Home, *words: str) -> Iterator[Served]:
    """`palimpsest serve`, until it is told to stop; it ends as it should, and says nothing but where it is."""
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", *words], env=environment(home), stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        assert said.startswith("http://127.0.0.1:"), said + process.stderr.read()
        yield Served(said.split()[0].rstrip("/"))
    finally:
        process.send_signal(signal.SIGTERM)
        _, more = process.communicate(timeout=30)
    assert (process.returncode, more) == (0, "")
