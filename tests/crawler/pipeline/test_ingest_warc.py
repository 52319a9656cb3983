"""WARC files of other tools go in record by record; several files and directories of them at once."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import warc
from archive.home import Home
from archive.records import Capture, RunKind, Source
from crawler.pipeline.intake import Intake
from tests.crawler.pipeline.saved import ADDRESS, EDITED, GENERAL, OLD, ROTATED, Folder, asked, content, rows
from tests.support import RunCli, sound


def _chunked(body: bytes) -> bytes:
    parts = [body[start : start + 400] for start in range(0, len(body), 400)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


class Foreign:
    """A WARC file as another tool writes it."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._writer = WARCWriter(self._out, gzip=True)

    def response(
        self, body: bytes, at: str, url: str = ADDRESS, *headers: tuple[str, str], status: str = "200 OK"
    ) -> Any:
        """A page with its request."""
        http = StatusAndHeaders(status, [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1")
        made = self._record(url, "response", at, io.BytesIO(body), http)
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "rt.com")], is_http_request=True)
        self._record(url, "request", at, io.BytesIO(b""), request)
        return made

    def resource(self, body: bytes, at: str, url: str) -> None:
        """A page without HTTP."""
        self._record(url, "resource", at, io.BytesIO(body), None, warc_content_type="text/html")

    def revisit(self, digest: str, of: str, at: str, url: str = ADDRESS) -> None:
        """A look that found what an earlier one had."""
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = self._writer.create_revisit_record(
            url, digest, url, of, http_headers=http, warc_headers_dict={"WARC-Date": at}
        )
        self._writer.write_record(record)
        record.raw_stream.close()

    def _record(self, url: str, kind: str, at: str, payload: io.BytesIO, http: Any, **more: Any) -> Any:
        record = self._writer.create_warc_record(
            url, kind, payload=payload, http_headers=http, warc_headers_dict={"WARC-Date": at}, **more
        )
        self._writer.write_record(record)
        record.raw_stream.close()
        return record.rec_headers.get_header("WARC-Payload-Digest")

    def data(self) -> bytes:
        return self._out.getvalue()


def _foreign() -> tuple[bytes, str]:
    """Every kind of record there is, the last one torn; and the digest of the first page's payload."""
    made = Foreign()
    digest = made.response(OLD, "2026-03-01T12:00:00Z")
    made.response(_chunked(ROTATED), "2026-03-01T13:00:00Z", ADDRESS, ("Transfer-Encoding", "chunked"))
    made.response(gzip.compress(EDITED), "2026-03-02T12:00:00Z", ADDRESS, ("Content-Encoding", "gzip"))
    made.revisit(digest, "2026-03-01T12:00:00Z", "2026-03-03T12:00:00Z")
    made.response(
        b"", "2026-03-03T13:00:00Z", "https://francais.rt.com/41739", ("Location", ADDRESS), status="301 Moved"
    )
    made.resource(GENERAL, "2026-03-01T12:00:00Z", "https://news.valepost.co.uk/orchard/")
    made.response(b"", "2026-03-01T12:00:00Z", "dns:rt.com")
    made.response(EDITED, "2026-03-04T12:00:00Z", ADDRESS, ("Content-Length", str(2 * len(EDITED))))
    whole = len(made.data())
    made.response(EDITED, "2026-03-05T12:00:00Z")
    return made.data()[: whole + 200], digest


def test_a_warc_of_another_tool_is_taken_in_record_by_record(home: Home, run_cli: RunCli, saved: Folder) -> None:
    data, digest = _foreign()
    path = saved.path / "crawl.warc.gz"
    path.write_bytes(data)
    answer = run_cli("ingest", path, "--json")
    assert answer.code == 1, "the last record is torn"
    assert "crawl.warc.gz@" in answer.stderr
    taken = rows(answer)
    assert [(row["fetched_at"][5:16], row["outcome"]) for row in taken] == [
        ("03-01T12:00", "new"),
        ("03-01T13:00", "same"),
        ("03-02T12:00", "changed"),
        ("03-03T12:00", "reverted"),
        ("03-03T13:00", "redirected"),
        ("03-01T12:00", "new"),
        ("03-04T12:00", "cut"),
    ]
    (shown,) = rows(asked(home, "show", taken[2]["version"], "--json", fine=True))
    assert shown["source"] == "given-warc"
    said = content(home)
    again = asked(home, "ingest", path, "--json")
    assert (again.code, again.stdout) == (1, "")
    assert content(home) == said

    # A later file may repeat what only the archive still has; and what nobody has is said to be missing.
    later = Foreign()
    later.revisit(digest, "2026-03-01T12:00:00Z", "2026-03-06T12:00:00Z")
    later.revisit(digest, "2025-03-01T12:00:00Z", "2026-03-06T13:00:00Z", "https://francais.rt.com/x/50000-y")
    path.write_bytes(later.data())
    answer = asked(home, "ingest", path, "--json")
    assert [(row["fetched_at"][5:16], row["outcome"]) for row in rows(answer)] == [("03-06T12:00", "same")]
    assert answer.code == 1
    assert "revisit" in answer.stderr
    (line, _) = rows(asked(home, "history", ADDRESS, "--json", fine=True))
    assert [span["times"] for span in line["sightings"]] == [2, 2]
    sound(home)


# --- several files ----------------------------------------------------------------------------------------------------


def _look(body: bytes, at: str) -> bytes:
    made = Foreign()
    made.response(body, at)
    return made.data()


def test_several_files_and_directories_go_in_at_once(home: Home, run_cli: RunCli, saved: Folder) -> None:
    first, second, page = saved.path / "first.warc", saved.path / "crawls", saved.path / "page.html.gz"
    made = Foreign()
    digest = made.response(OLD, "2026-03-01T12:00:00Z")
    first.write_bytes(made.data())
    (second / "below").mkdir(parents=True)
    repeats = Foreign()
    repeats.revisit(digest, "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z")
    (second / "a").write_bytes(repeats.data())
    (second / "below" / "b.warc.gz").write_bytes(_look(EDITED, "2026-03-03T12:00:00Z"))
    (second / ".hidden").write_bytes(b"of the system")
    page.write_bytes(gzip.compress(OLD))
    words = ("ingest", first, second, page, "--url", ADDRESS, "--at", "2026-03-04T12:00:00Z", "--json")
    refused = run_cli(*words)
    assert (refused.code, refused.stdout) == (3, "")
    assert "crawls is a directory, and --url is the address of one page" in refused.stderr
    files = (first, page, "--url", ADDRESS, "--at", "2026-03-04T12:00:00Z")
    assert [row["outcome"] for row in rows(asked(home, "ingest", *files, "--json", fine=True))] == ["new", "same"]
    taken = rows(asked(home, "ingest", first, second, "--json", fine=True))
    assert [(row["fetched_at"][5:10], row["outcome"]) for row in taken] == [("03-02", "same"), ("03-03", "changed")]
    assert [row["times"] for line in rows(asked(home, "history", ADDRESS, "--json")) for row in line["sightings"]] == [
        2,
        1,
        1,
    ]
    sound(home)


def test_what_a_file_repeats_of_the_one_before_it_is_found(sqlite_home: Home, saved: Folder) -> None:
    """Both in one run: what the first one brought is committed before the second is looked into."""
    made, repeats = Foreign(), Foreign()
    digest = made.response(OLD, "2026-03-01T12:00:00Z")
    repeats.revisit(digest, "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z")
    for name, data in (("1.warc", made.data()), ("2.warc", repeats.data())):
        (saved.path / name).write_bytes(data)
    taken = rows(asked(sqlite_home, "ingest", saved.path, "--json", fine=True))
    assert [row["outcome"] for row in taken] == ["new", "same"]
    sound(sqlite_home)


def test_what_cannot_be_taken_of_a_directory_is_listed_and_the_rest_is_taken(sqlite_home: Home, saved: Folder) -> None:
    (saved.path / "crawl.warc.gz").write_bytes(_look(OLD, "2026-03-01T12:00:00Z"))
    (saved.path / "page.html").write_bytes(OLD)
    (saved.path / "away.warc").symlink_to(saved.path / "nowhere")
    answer = asked(sqlite_home, "ingest", saved.path, "--json")
    assert (answer.code, [row["outcome"] for row in rows(answer)]) == (1, ["new"])
    assert f"{saved.path / 'page.html'}: is no web archive; a page needs its address" in answer.stderr
    assert f"{saved.path / 'away.warc'}: cannot be read: No such file" in answer.stderr
    assert "0 stored before; 2 could not be taken" in answer.stderr
    sound(sqlite_home)


def test_of_several_files_one_that_cannot_be_taken_stops_all_before_anything_is_stored(
    sqlite_home: Home, saved: Folder
) -> None:
    crawl, page, empty = saved.path / "crawl.warc.gz", saved.path / "page.html", saved.path / "empty"
    crawl.write_bytes(_look(OLD, "2026-03-01T12:00:00Z"))
    page.write_bytes(OLD)
    empty.mkdir()
    refusals: list[tuple[int, tuple[str | Path, ...], str]] = [
        (2, (page,), f"{page} is no web archive"),
        (2, (page, page, "--url", ADDRESS), "one page"),
        (2, ("--manifest", page), "one of"),
        (3, (saved.path / "none.warc",), "none.warc cannot be read"),
        (3, (empty,), "without a file"),
        (4, (crawl, "--outlet", "rt-fx"), "rt-fr"),
    ]
    for code, words, reason in refusals:
        answer = asked(sqlite_home, "ingest", crawl, *words)
        assert (answer.code, answer.stdout, reason in answer.stderr) == (code, "", True), (words, answer)
    assert not list(sqlite_home.warc.glob("*.warc.gz"))


def test_a_file_of_our_own_needs_nothing_but_itself(sqlite_home: Home) -> None:
    """What a record of it repeats is found, though it was taken in but a moment ago."""
    began = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with Intake(sqlite_home, RunKind.INGEST, lambda: began) as intake:
        for day in range(2):
            intake.take(Capture(ADDRESS, began + timedelta(days=day), OLD, source=Source.GIVEN_PAGE))
            intake.flush()
    (path,) = sqlite_home.warc.glob("*.warc.gz")
    assert [one.type for one in warc.check_file(path) if isinstance(one, warc.Checked)][1:] == ["resource", "revisit"]
    said = content(sqlite_home)
    (sqlite_home.folder / "archive.db").unlink()
    taken = rows(asked(sqlite_home, "ingest", path, "--json", fine=True))
    assert [row["outcome"] for row in taken] == ["new", "same"]
    assert content(sqlite_home) == said
