"""Commands as processes that begin warm: one process has imported what they need, and forks itself for each of them.

Such a process is one like any other: its streams, environment, folder, signals and exit code are its own. What it does
not show is how the program starts, how much memory it takes, and whatever Python is told at its start: tests of those
start the command as everybody does.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, NoReturn

__all__ = ["ForkServer", "Forked"]

_IMPORTED = (
    "crawler.cli",
    "crawler.pipeline.reread",
    "crawler.pipeline.sources.given",
    "crawler.spiders.run",
    "crawler.spiders.addon",
    "crawler.fetch.rendering",
    "crawler.scrapy_commands.crawl",
    "scrapy.core.downloader.handlers.http11",
    "sqlalchemy.dialects.postgresql.psycopg",
    "alembic.command",
    "migrations",
    "archive.backup.restore",
    "archive.backup.write",
    "archive.packing",
    "s3fs",
    "pydantic.fields",
    "pydantic.types",
)
"""What commands import when they run. Nothing that starts a thread, and no reactor: each crawl has its own."""

_NUMBER = struct.Struct("!i")


@dataclass(frozen=True, slots=True)
class _Request:
    """What a fork is to do: call `entry` (`module:function`) in a folder, with these words and this environment."""

    entry: str
    words: list[str]
    env: dict[str, str]
    folder: str


class Forked:
    """A process that was begun; used as `subprocess.Popen` is."""

    def __init__(self, words: Sequence[str], line: socket.socket, out: IO[bytes], err: IO[bytes]) -> None:
        self._words, self._line, self._streams = words, line, (out, err)
        self._said = ("", "")
        self.pid = self._number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; a negative code is the signal that ended it. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self._words, timeout or 0)
            with self._line:
                self.returncode = self._number()
            out, err = (_whole(stream) for stream in self._streams)
            self._said = (out, err)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; what it wrote to stdout and stderr. One that takes longer is killed: TimeoutExpired."""
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait()
            raise
        return self._said

    def send_signal(self, number: int) -> None:
        """Send it a signal, where it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _number(self) -> int:
        said = self._line.recv(_NUMBER.size, socket.MSG_WAITALL)
        assert said, "the fork server is gone"
        return int(_NUMBER.unpack(said)[0])


def _whole(stream: IO[bytes]) -> str:
    with stream:
        stream.seek(0)
        return stream.read().decode()


class ForkServer:
    """The warm process; it starts when it is first needed."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._control: socket.socket | None = None

    def close(self) -> None:
        """End it, where it was started."""
        if self._control is not None:
            self._control.close()
            self._process.wait(30)
            self._control = None

    def _started(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                words = [sys.executable, "-m", __name__, str(theirs.fileno())]
                folder = Path(__file__).parent.parent
                self._process = subprocess.Popen(words, env=self._env, cwd=folder, pass_fds=[theirs.fileno()])
        return self._control

    def begin(self, entry: str, words: Sequence[str], env: Mapping[str, str], at: Path | None = None) -> Forked:
        """Call `entry` (`module:function`) in a process of its own, in the folder `at`, with these words as `sys.argv`;
        what it returns is the exit code."""
        request = _Request(entry, [*words], {**env}, str(at or Path.cwd()))
        line, theirs = socket.socketpair()
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed when they were read
        with theirs, tempfile.TemporaryFile() as written:
            written.write(json.dumps(asdict(request)).encode())
            written.flush()
            files = [one.fileno() for one in (written, out, err, theirs)]
            socket.send_fds(self._started(), [b"."], files)
            return Forked(words, line, out, err)


# --- the other side ---------------------------------------------------------------------------------------------------


class _Server:
    """Forks for whoever asks on `control`, and tells each asker how its process ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._lines: dict[int, socket.socket] = {}

    def serve(self) -> NoReturn:
        """Until the asker is gone."""
        # Ctrl-C is for the tests, which then go away.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self._control, self._woken], [], [])
            if self._woken in ready:
                self._woken.recv(4096)
                self._tell()
            if self._control in ready:
                _, files, _, _ = socket.recv_fds(self._control, 1, 4)
                if not files:
                    os._exit(0)
                self._fork(*files)

    def _fork(self, request: int, out: int, err: int, asker: int) -> None:
        line = socket.socket(fileno=asker)
        pid = os.fork()
        if not pid:
            for one in (self._control, self._woken, self._wake, line, *self._lines.values()):
                one.close()
            _become(request, out, err)
        line.sendall(_NUMBER.pack(pid))
        self._lines[pid] = line
        for file in (request, out, err):
            os.close(file)

    def _tell(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                # Whoever does not want to know has closed the line.
                with self._lines.pop(ended[0]) as line, suppress(OSError):
                    line.sendall(_NUMBER.pack(os.waitstatus_to_exitcode(ended[1])))


def _become(request: int, out: int, err: int) -> NoReturn:
    """Be a process that has just been started."""
    with open(request, "rb") as file:
        file.seek(0)
        wanted = _Request(**json.load(file))
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, one in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
        os.dup2(one, number)
        os.close(one)
    os.environ.clear()
    os.environ.update(wanted.env)
    time.tzset()
    os.chdir(wanted.folder)
    sys.argv = wanted.words
    sys.modules["__main__"].__package__ = None  # else help calls the program by it
    if "FAILPOINT" in os.environ:
        importlib.reload(sys.modules["archive.failpoints"])  # it asks once
    os._exit(_ended(wanted.entry))


def _ended(entry: str) -> int:
    """Run to the end, as Python does it, but for taking all modules down: that takes longer than most commands."""
    try:
        code = pkgutil.resolve_name(entry)()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as at the end of a program
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # what was left open is said
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code or 0) & 0xFF


def _warm() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    from typer.main import get_command

    from crawler.cli import app
    from crawler.outlets.registry import registry
    from crawler.outlets.revisions import revision

    get_command(app)
    registry(None)
    revision("general", "", ())
    assert "twisted.internet.reactor" not in sys.modules
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _warm()
    _Server(socket.socket(fileno=int(sys.argv[1]))).serve()
