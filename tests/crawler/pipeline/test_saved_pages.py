"""Pages in the shapes that browsers and archives save them in are read as the pages they were."""

from __future__ import annotations

import base64
import plistlib
import quopri
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.home import Home
from archive.records import Capture, Reading, TimeBasis
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from crawler.pipeline.sources.page import page
from crawler.pipeline.steps import article_key
from tests.crawler.pipeline.saved import asked, rows

URL = "https://www.lindal-courier.example/news/lighthouse-41"
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
SENTENCES = (
    "Le phare de Lindal a été rallumé lundi soir, après quatorze mois de travaux – « enfin », dit le gardien.",
    "Les élèves de l’école voisine ont chanté devant près de deux cents personnes venues des îles.",
    "La tour, bâtie en 1890, était restée sans lumière depuis la tempête du printemps dernier.",
)
HTML = (
    '<!doctype html><html lang="fr"><head>{head}<title>Le phare rallumé</title></head><body><article>'
    "<h1>Le phare rallumé</h1>"
    + "".join(f'<p class="text">{each}</p>' for each in SENTENCES)
    + "</article></body></html>"
)


def _html(head: str = "") -> str:
    return HTML.replace("{head}", head)


def _part(html: str, how: str, charset: str, location: str = URL, said: str = "") -> bytes:
    body = html.encode(charset)
    packed = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(how, bytes)(body)
    head = f"Content-Type: text/html{said}\r\nContent-Transfer-Encoding: {how}\r\nContent-Location: {location}\r\n\r\n"
    return head.encode() + packed.replace(b"\n", b"\r\n" if how == "quoted-printable" else b"\n")


def _mhtml(*parts: bytes, head: str = f"Snapshot-Content-Location: {URL}\r\n") -> bytes:
    first = "From: <Saved by a browser>\r\nSubject: x\r\nDate: Sun, 1 Mar 2026 13:30:00 +0100\r\nMIME-Version: 1.0\r\n"
    kind = 'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n'
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    return (
        (first + head + kind).encode()
        + b"".join(b"\r\n----b--\r\n" + one for one in (*parts, picture))
        + b"\r\n----b----\r\n"
    )


FRAME = _part(
    "<html><body><p>An advertisement in a frame of its own.</p></body></html>", "base64", "utf-8", "cid:frame-1"
)
NOTE = "<!--\n Page saved with SingleFile \n url: {} \n saved date: Sun Mar 01 2026 13:30:00 GMT+0100 (CET)\n-->"
SHAPES = {
    "quoted": _mhtml(_part(_html(), "quoted-printable", "utf-8")),
    "base64": _mhtml(_part(_html(), "base64", "utf-8")),
    "8bit": _mhtml(_part(_html(), "8bit", "utf-8")),
    "charset of the part": _mhtml(_part(_html(), "quoted-printable", "cp1252", said=';\r\n\tcharset="windows-1252"')),
    "frames": _mhtml(FRAME, _part(_html(), "quoted-printable", "utf-8"), FRAME),
    "the old way": _mhtml(_part(_html(), "quoted-printable", "utf-8"), head=""),
    "of one part": b"MIME-Version: 1.0\r\nDate: Sun, 1 Mar 2026 12:30:00 -0000\r\n" + _part(_html(), "base64", "utf-8"),
    "a blank line before": b"\r\n" + _mhtml(_part(_html(), "quoted-printable", "utf-8")),
    "SingleFile": _html().replace("<head>", NOTE.format(URL) + "<head>").encode(),
}


def _read(capture: Capture) -> Reading:
    judgement, reading = examine(capture, registry().for_url(capture.url, capture.fetched_at))
    assert reading is not None, judgement
    return reading


def _given(folder: Path, body: bytes, url: str | None = None, at: datetime | None = None) -> Capture:
    path = folder / "page"
    path.write_bytes(body)
    return page(path, url, at)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_in_one_file_states_address_and_time(tmp_path: Path, shape: str) -> None:
    capture = _given(tmp_path, SHAPES[shape])
    assert (capture.url, capture.fetched_at, capture.time_basis) == (URL, AT, TimeBasis.ARCHIVE)
    assert capture.body == SHAPES[shape], "evidence is the file as it was given"
    reading = _read(capture)
    assert (reading.headline, tuple(block.text for block in reading.body)) == ("Le phare rallumé", SENTENCES)


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_web_archive_of_safari(tmp_path: Path, form: plistlib.PlistFormat) -> None:
    main = {"WebResourceData": _html().encode("utf-8"), "WebResourceURL": URL, "WebResourceMIMEType": "text/html"}
    main["WebResourceTextEncodingName"] = "UTF-8"
    reading = _read(_given(tmp_path, plistlib.dumps({"WebMainResource": main}, fmt=form), at=AT))
    assert tuple(block.text for block in reading.body) == SENTENCES


def test_who_gives_an_address_and_a_time_is_believed(tmp_path: Path) -> None:
    given = _given(tmp_path, SHAPES["base64"], URL + "?a=b", datetime(2026, 3, 2, tzinfo=UTC))
    assert (given.url, given.fetched_at.day, given.time_basis) == (URL + "?a=b", 2, TimeBasis.STATED)


def test_a_page_saved_by_hand_states_its_address(tmp_path: Path) -> None:
    noted = _html().replace("<html", f"<!-- saved from url=({len(URL):04}){URL} -->\n<html")
    assert _given(tmp_path, noted.encode()).url == URL
    with pytest.raises(UsageError, match="needs its address"):
        _given(tmp_path, _html().encode())


def test_mail_that_is_no_page_is_none(tmp_path: Path) -> None:
    mail = b"MIME-Version: 1.0\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nOnly words.\r\n"
    judgement, _ = examine(_given(tmp_path, mail, URL), registry().for_url(URL, AT))
    assert judgement.verdict == "not-html"


def test_saved_pages_go_in_by_the_command(tmp_path: Path, sqlite_home: Home) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, shape in enumerate(SHAPES.values()):
        (folder / f"{number}.mhtml").write_bytes(shape)
    taken = rows(asked(sqlite_home, "ingest", folder, "--json", fine=True))
    assert len(taken) == len(SHAPES)
    assert len({row["version"] for row in taken}) == 1


# --- pages saved from a web archive's replay --------------------------------------------------------------------------

REPLAY = "https://web.archive.org/web/20260301123000/"
BAR = """<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id="wm-ipp-base">14 captures, 1 Feb 2026 - 3 Mar 2026</div>
<!-- END WAYBACK TOOLBAR INSERT -->"""
PYWB_BAR = "<!-- WB Insert --><p>Captured on 2 March 2026</p><!-- End WB Insert -->"
LINK = "<p>On en parle dans <a href='{}'>notre article sur le quai</a>, paru la semaine dernière ici.</p></article>"
OTHER = "https://www.lindal-courier.example/news/quay-40"


def _replayed(prefix: str, bar: str = "") -> bytes:
    head = f'<meta charset="utf-8"><link rel="canonical" href="{prefix}{URL}">'
    return _html(head).replace("<body>", f"<body>{bar}").replace("</article>", LINK.format(prefix + OTHER)).encode()


@pytest.mark.parametrize(
    ("replay", "prefix", "bar"),
    [
        (REPLAY, REPLAY, BAR),
        (REPLAY, "/web/20260301123000/", BAR),
        (REPLAY, "//web.archive.org/web/20260301123000/", ""),
        (REPLAY.replace("00/", "00if_/"), REPLAY, ""),
        ("http://localhost:8080/mine/20260301123000mp_/", "http://localhost:8080/mine/20260301123000mp_/", ""),
        (
            "https://arquivo.pt/wayback/20260301123000/",
            "/wayback/20260301123000/",
            "<!-- WB Insert -->x<!-- End WB Insert -->",
        ),
    ],
)
def test_a_replay_is_a_look_at_the_original(tmp_path: Path, replay: str, prefix: str, bar: str) -> None:
    capture = _given(tmp_path, _replayed(prefix, bar), replay + URL, datetime(2026, 11, 24, tzinfo=UTC))
    assert (capture.url, capture.fetched_at, capture.time_basis) == (URL, AT, TimeBasis.ARCHIVE)
    assert replay in capture.origin
    reading, outlet = _read(capture), registry().for_url(URL, AT)
    assert outlet.name == "lindal-courier.example"
    assert reading.circumstances.canonical == URL
    assert reading.circumstances.links == (OTHER,)
    assert reading.date_published is None
    assert tuple(block.text for block in reading.body)[:3] == SENTENCES
    live = Capture(URL, AT, _html().encode())
    assert article_key(outlet, capture, reading) == article_key(outlet, live, _read(live))


def test_a_link_to_a_copy_in_an_archive_stays_as_the_outlet_wrote_it(tmp_path: Path) -> None:
    menu = '<nav><a href="/a">Une</a><a href="/b">Monde</a><a href="/c">Sport</a></nav>'
    body = _html().replace("<body>", f"<body>{menu}").replace("</article>", LINK.format(REPLAY + OTHER)).encode()
    assert _read(_given(tmp_path, body, URL)).circumstances.links == (REPLAY + OTHER,)
