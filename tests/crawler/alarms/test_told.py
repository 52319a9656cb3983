"""What is told outside: messages that arrive or are tried again, metrics, a log that no page forges."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from aiosmtpd.controller import Controller
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from archive import db
from archive.errors import UsageError
from archive.health.alarm import Alarm
from archive.home import Home
from archive.logs import Log
from archive.masking import masked
from archive.query import alarms as asked
from archive.records import AlarmKind
from archive.store import alarms as kept
from crawler.alarms import deliver, webhook
from crawler.alarms.after import after_run
from tests.archive.material import opened
from tests.crawler.alarms.made import weeks
from tests.support import COMMAND, environment, palimpsest

_families_of: Any = text_string_to_metric_families
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
FORGED = "all is well\r\nBcc: everybody@example.org\u2028\u202e\x1b[2J"
ALARM = Alarm(AlarmKind.SOURCE, "", FORGED, NOW, "an answer", "404", "the feed is dead", "palimpsest doctor")


class _Mailbox:
    """Takes every message, or none."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.taken.append(envelope.content)  # type: ignore[attr-defined]
        return "250 taken"


@contextmanager
def _hook(statuses: list[int]) -> Iterator[tuple[str, list[bytes]]]:
    """A webhook that answers with these statuses, then with 204."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(statuses.pop(0) if statuses else 204)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks/s3cret-path", bodies
        server.shutdown()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _step(home: Home, found: list[Alarm], now: datetime) -> list[tuple[str, datetime, int, str]]:
    """Keep what is so, deliver; the channels that fail."""
    engine = db.open_writer(home.database_url)
    try:
        with db.writing(engine) as connection:
            deliver.post(connection, home, kept.keep(connection, [(one, ()) for one in found], now), now)
        deliver.send(engine, home, now)
        with db.reading(engine) as connection:
            return kept.failing(connection)
    finally:
        engine.dispose()


def test_messages_arrive_once_whatever_an_alarm_says_and_a_digest_comes_each_day(sqlite_home: Home) -> None:
    box, port = _Mailbox(), _free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with _hook([500, 302]) as (url, bodies):
            home = replace(
                sqlite_home, alarm_mail="ann@example.org", smtp=f"smtp://127.0.0.1:{port}", alarm_webhook=url
            )
            failing = [_step(home, [ALARM], NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 6, 30)]
            assert [[(one[0], one[3]) for one in some] for some in failing] == [
                [("webhook", "Unreachable: 127.0.0.1 answers 500")],
                [("webhook", "Unreachable: 127.0.0.1 answers 500")],
                [("webhook", "Unreachable: 127.0.0.1 answers 302")],
                [],
            ]
            _step(home, [], NOW + timedelta(hours=1))
            _step(home, [], NOW + timedelta(days=1))
    finally:
        server.stop()
    mails = [message_from_bytes(one, policy=policy.default) for one in box.taken]
    assert str(mails[0]["Subject"]) == "Palimpsest: 1 alarm open"
    assert ["closed" in str(one["Subject"]) for one in mails] == [False, True, False]
    assert str(mails[2]["Subject"]) == "Palimpsest: all as usual"
    assert {str(one["To"]) for one in mails} == {"ann@example.org"}
    assert all(one["Bcc"] is None and "\x1b" not in str(one.get_content()) for one in mails)
    hooked = [json.loads(body)["subject"].split() for body in bodies[2:]]
    assert hooked == [str(one["Subject"]).split() for one in mails]
    assert "s3cret" not in masked(f"nobody took {url}")


def test_a_receiver_that_is_away_is_an_alarm_until_it_is_back(sqlite_home: Home) -> None:
    with opened(sqlite_home) as archive:
        weeks(archive, 0, 1)
    home = replace(sqlite_home, alarm_webhook=f"http://127.0.0.1:{_free_port()}/a")
    for minutes in (0, 10):
        list(after_run(home, NOW + timedelta(minutes=minutes)))
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        found = [one for one in asked.alarms(connection) if one.kind is AlarmKind.DELIVERY]
    engine.dispose()
    assert [(one.about, "refused" in one.now.lower()) for one in found] == [("webhook", True)]


@pytest.mark.parametrize("url", ["ftp://example.org/x", "http://10.0.0.1.nip.test:99999/", "http:///x"])
def test_a_webhook_passes_the_gate(url: str) -> None:
    with pytest.raises((UsageError, OSError, ValueError)):
        webhook.post(url, b"{}")


def test_metrics_are_read_back_and_served(sqlite_home: Home, tmp_path: Path) -> None:
    home = replace(sqlite_home, metrics=str(tmp_path / "palimpsest.prom"))
    with opened(home) as archive:
        weeks(archive, 0, 3)
    list(after_run(home, NOW))
    families = {one.name: one for one in _families_of(Path(home.metrics).read_text(encoding="utf-8"))}
    captures = {sample.labels["outcome"]: sample.value for sample in families["palimpsest_captures"].samples}
    assert captures == {"new": 12, "listing": 12}
    assert {label for one in families.values() for sample in one.samples for label in sample.labels} <= {
        "outlet",
        "outcome",
    }


def test_a_worker_that_stays_answers_a_monitor_and_stops_when_told(sqlite_home: Home) -> None:
    with opened(sqlite_home) as archive:
        weeks(archive, 0, 3)
    assert palimpsest("outlets", "enable", "rt-en", home=sqlite_home).code == 0
    words = [str(COMMAND), "run", "--metrics", "0"]
    worker = subprocess.Popen(
        words, env=environment(sqlite_home), encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stderr is not None
    assert worker.stdout is not None
    try:
        address = worker.stderr.readline().split("/metrics")[0]
        assert urlopen(f"{address}/metrics").read().endswith(b"# EOF\n")
        assert json.loads(urlopen(f"{address}/health").read()) == {"healthy": True, "alarms": 0}
        # Nobody said whom outlets can complain to, so nothing is fetched; it goes on.
        assert worker.stdout.readline().startswith("rt-en: did not begin: set PALIMPSEST_CONTACT")
    finally:
        worker.terminate()
        said = worker.communicate(timeout=60)[1]
    assert worker.returncode == 0, said


def test_no_page_forges_a_line_of_the_log_and_it_is_rotated(tmp_path: Path) -> None:
    noted: list[str] = []
    path = tmp_path / "log.jsonl"
    ours, other = (Log(str(path), noted.append, longest=2_500) for _ in range(2))
    for number in range(60):
        (ours if number % 2 else other).line("capture", url=f"https://a.test/{FORGED}", number=number)
    ours.close()
    other.close()
    files = sorted(tmp_path.iterdir(), key=lambda one: one.stat().st_mtime)
    lines = [json.loads(line) for one in files for line in one.read_bytes().splitlines()]
    assert sorted(line["number"] for line in lines) == list(range(60))
    assert {line["event"] for line in lines} == {"capture"}
    assert len(files) > 2
    Log("/nowhere/at/all", noted.append).line("run")
    assert ["is not written any more" in words for words in noted] == [True]
