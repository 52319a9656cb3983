"""Pages whose text only a script brings, in a real browser: read, kept, and no way past the gate for a hostile one."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.home import Home
from crawler.fetch import browsers
from crawler.fetch.browsers import Browser
from crawler.fetch.visit import MOST_FETCHED
from tests.crawler.loopback import Answer, Site, serve
from tests.support import environment, palimpsest, sound

FAST = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_TIMES=0")
RULE = 'accept="button.accept", wait_for="main.story p"'
NOBODY = {"PALIMPSEST_BROWSER": "/nowhere/chromium"}

_LATER = """
import sys
from datetime import timedelta
from archive import clock
clock.move(timedelta(hours=float(sys.argv.pop(1))))
from crawler.cli import main
try:
    sys.exit(main())
finally:
    print("playwright", "playwright" in sys.modules, file=sys.stderr)
"""

_SHELL = """<!DOCTYPE html><html lang="en"><head><title>Scripted</title>
<meta name="date" content="2026-01-02T03:04:05Z"></head>
<body><div id="consent"><p>We and our partners use cookies.</p><button class="accept">Accept</button></div>
<main class="story"></main>
<script>
document.querySelector('button.accept').addEventListener('click', async function () {
  const found = await (await fetch('/api/1')).json();
  document.querySelector('main').innerHTML = found.html;
  document.querySelector('#consent').remove();
});
</script>%s</body></html>"""


def _html(page: str) -> Answer:
    body = gzip.compress(page.encode(), mtime=0)
    return 200, {"Content-Type": "text/html", "Content-Encoding": "gzip", "ETag": '"shell"'}, body


def _story(words: str) -> Answer:
    html = f"<h1>Scripted</h1><p>This text was brought by a script, {words}, and it is long enough for an article.</p>"
    return 200, {"Content-Type": "application/json"}, json.dumps({"html": html}).encode()


def _site(pages: int = 3, more: str = "", **fields: Any) -> Site:
    """A site whose first article needs a browser."""
    site = Site(pages=pages, browser=RULE, **fields)
    site.answers["/news/1-story"] = lambda: _html(_SHELL % more)
    site.answers["/api/1"] = lambda: _story(site.words)
    return site


def _command(*words: str, more: tuple[str, ...] = ()) -> list[str]:
    return [*(part for setting in (*FAST, *more) for part in ("--setting", setting)), *words]


def _run(
    home: Home,
    *words: str,
    browser: Browser | None = None,
    hours: float = 0,
    more: tuple[str, ...] = (),
    seconds: int = 120,
) -> tuple[int, str, str]:
    env = {"PALIMPSEST_BROWSER": browser.path} if browser else NOBODY
    command = [sys.executable, "-c", _LATER, str(hours), *_command(*words, more=more)]
    done = subprocess.run(
        command, env=environment(home, **env), capture_output=True, encoding="utf-8", timeout=seconds, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def _rows(home: Home, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in palimpsest(*words, "--json", home=home).stdout.splitlines()]


def _states(home: Home, ledger: str) -> dict[str, int]:
    (found,) = (row for row in _rows(home, "status") if row["ledger"] == ledger)
    assert found["adds_up"]
    return dict(found["states"])


# --- read and kept ----------------------------------------------------------------------------------------------------


def test_what_only_a_script_brings_is_read_and_both_pages_are_kept(home: Home, browser: Browser) -> None:
    with serve(_site(), home.folder) as site:
        code, said, _ = _run(home, "crawl", "site", browser=browser)
        assert (code, _states(home, "discoveries")) == (0, {"captured": 3}), said
        # The page that was fetched is the page that was shown: nobody is asked twice.
        assert (site.hits["/news/1-story"], site.hits["/api/1"]) == (1, 1)
        assert {headers["user-agent"].partition("/")[0] for headers in site.headers} == {"Palimpsest"}
    assert _states(home, "captures")["new"] == 3
    (shown,) = _rows(home, "show", "site:1")
    assert (shown["source"], shown["headline"]) == ("own-browser", "Scripted")
    assert [hop["url"].removeprefix(site.home) for hop in shown["hops"]] == ["/news/1-story", "/api/1"]
    records = _records(home)
    rendered = next(headers for kind, headers, _ in records if kind == "conversion")
    assert rendered["WARC-Refers-To"] in [
        headers["WARC-Record-ID"]
        for kind, headers, body in records
        if kind == "response" and body == _html(_SHELL % "")[2]
    ]
    sound(home)


def _records(home: Home) -> list[tuple[str, dict[str, str], bytes]]:
    found = []
    for path in sorted(home.warc.glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [
                (record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read())
                for record in ArchiveIterator(file)
            ]
    return found


def test_an_edit_behind_a_page_that_never_changes_is_seen(sqlite_home: Home, browser: Browser) -> None:
    with serve(_site(pages=1), sqlite_home.folder) as site:
        _run(sqlite_home, "crawl", "site", browser=browser)
        _run(sqlite_home, "recheck", "site", browser=browser, hours=2)
        assert _outcomes(sqlite_home) == {"new": 1, "same": 1}
        site.words = "and now it says so"
        _run(sqlite_home, "recheck", "site", browser=browser, hours=4)
        assert _run(sqlite_home, "recheck", "site", hours=6)[0] == 1, "no browser is no outlet out of reach"
    (edit,) = _rows(sqlite_home, "edits")
    assert edit["changed"] == ["body"]
    sound(sqlite_home)


def _outcomes(home: Home) -> dict[str, int]:
    """What pages came to; robots.txt and the sitemap are no pages."""
    return {word: number for word, number in _states(home, "captures").items() if word not in {"gone", "listing"}}


def test_a_new_rule_reads_the_rendered_page_again_from_its_record(sqlite_home: Home, browser: Browser) -> None:
    with serve(_site(pages=1), sqlite_home.folder):
        _run(sqlite_home, "crawl", "site", browser=browser)
        (before,) = _rows(sqlite_home, "show", "site:1")
        rules = sqlite_home.outlets / "site.py"
        rules.write_text(rules.read_text(encoding="utf-8") + "# another revision\n", encoding="utf-8")
        _, said, noise = _run(sqlite_home, "recheck", "site", browser=browser, hours=2)
        assert "keeps its old reading" not in said + noise
    (after,) = _rows(sqlite_home, "show", "site:1")
    assert (after["capture"], after["version"]) == (before["capture"], before["version"])
    assert after["revision"] != before["revision"]
    sound(sqlite_home)


# --- no browser -------------------------------------------------------------------------------------------------------


def test_without_a_browser_the_page_waits_and_the_run_goes_on(sqlite_home: Home, browser: Browser) -> None:
    home = sqlite_home
    with serve(_site(), home.folder) as site:
        code, said, noise = _run(home, "crawl", "site")
        assert (code, "playwright False" in noise) == (1, True)
        assert said.count("chromium-headless-shell") == 1
        assert _states(home, "discoveries") == {"captured": 2, "no-browser": 1}
        assert _states(home, "captures")["empty-shell"] == 1
        assert _run(home, "crawl", "site", browser=browser)[0] == 0
        assert _states(home, "discoveries") == {"captured": 3}
        # What a browser has seen is not judged without one: the shell alone would look emptied.
        before = site.hits["/news/1-story"]
        for hours in (3, 40):
            assert _run(home, "recheck", "site", hours=hours)[0] == 1
        assert site.hits["/news/1-story"] == before
    assert _rows(home, "gone") == []
    assert _states(home, "articles") == {"live": 3}
    sound(home)


def test_an_outlet_that_always_needs_a_browser_is_not_asked_without_one(sqlite_home: Home) -> None:
    with serve(Site(pages=4, browser="always=True"), sqlite_home.folder) as site:
        assert _run(sqlite_home, "crawl", "site")[0] == 1
        assert not [path for path in site.hits if path.startswith("/news/")]
    assert _states(sqlite_home, "discoveries") == {"no-browser": 4}
    sound(sqlite_home)


def test_a_browser_that_does_not_start_is_as_good_as_none(sqlite_home: Home) -> None:
    with serve(_site(), sqlite_home.folder):
        code, said, _ = _run(sqlite_home, "crawl", "site", browser=Browser("/bin/false"))
    assert (code, "/bin/false cannot be started" in said) == (1, True)
    assert _states(sqlite_home, "discoveries") == {"captured": 2, "no-browser": 1}
    sound(sqlite_home)


def test_a_crawl_that_needs_no_browser_starts_none(sqlite_home: Home, browser: Browser) -> None:
    with serve(Site(pages=2), sqlite_home.folder):
        assert "playwright False" in _run(sqlite_home, "crawl", "site", browser=browser)[2]


# --- hostile pages ----------------------------------------------------------------------------------------------------

_HOSTILE = """
<link rel=preconnect href="http://{tcp}"><link rel=prefetch href="{inside}/prefetch">
<link rel=preload as=script href="{inside}/preload"><link rel=stylesheet href="{inside}/css">
<script type=speculationrules>{{"prefetch":[{{"source":"list","urls":["{inside}/speculation"]}}]}}</script>
<img src="{inside}/img"><iframe src="{inside}/frame"></iframe><iframe src="http://localhost:{port}/localhost"></iframe>
<iframe src="http://2130706433:{port}/number"></iframe><iframe src="http://[::ffff:127.0.0.1]:{port}/mapped"></iframe>
<video src="{inside}/video"></video><object data="{inside}/object"></object><embed src="{inside}/embed">
<form target=_blank method=post action="{inside}/form"></form><a ping="{inside}/ping" href="#x">x</a>
<script src="{inside}/script"></script><script src="/leads-inside.js"></script>
<script>
const each = [
  () => fetch('{inside}/fetch'),
  () => fetch('http://other.test:{port}/other-host'),
  () => fetch('/leads-inside.json'),
  () => fetch('/private/page'),
  () => fetch('/told', {{method: 'POST', body: 'x'}}),
  () => fetch('{inside}/keepalive', {{method: 'POST', body: 'x', keepalive: true}}),
  () => fetch('file:///etc/passwd'),
  () => navigator.sendBeacon('{inside}/beacon', 'x'),
  () => new WebSocket('ws://{tcp}/socket'),
  () => new EventSource('{inside}/events'),
  () => navigator.serviceWorker.register('/worker.js'),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('{inside}/worker').catch(() => 0);",
    "new WebSocket('ws://{tcp}/worker'); importScripts('{inside}/imported')"]))),
  () => new SharedWorker(URL.createObjectURL(new Blob(["fetch('{inside}/shared')"]))),
  () => window.open('{inside}/window'),
  () => document.forms[0].submit(),
  () => document.querySelector('a[ping]').click(),
  () => {{
    const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{udp}'}},
      {{urls: 'turn:{tcp}?transport=tcp', username: 'a', credential: 'b'}}]}});
    peer.createDataChannel('x');
    peer.createOffer().then(offer => peer.setLocalDescription(offer));
  }},
  () => new WebTransport('https://{tcp}/transport'),
  () => {{ const asked = new XMLHttpRequest(); asked.open('GET', '{inside}/xhr'); asked.send(); }},
  () => fetch('/ran'),
];
for (const one of each) {{ try {{ Promise.resolve(one()).catch(() => 0); }} catch (problem) {{ }} }}
setTimeout(() => {{ location.href = '{inside}/away'; }}, 4000);
</script>
"""


@contextmanager
def _inside() -> Iterator[tuple[dict[str, str], list[str]]]:
    """Servers on this machine that must hear nothing, over HTTP, bare TCP and UDP: their ports, what they heard."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the names are the base class's

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    threads = [Thread(target=server.serve_forever), Thread(target=_listen, args=(tcp, heard))]
    for thread in threads:
        thread.start()
    try:
        port = str(server.server_address[1])
        own = {"inside": f"http://127.0.0.1:{port}", "port": port, "tcp": f"127.0.0.1:{tcp.getsockname()[1]}"}
        yield {**own, "udp": str(udp.getsockname()[1])}, heard
        udp.setblocking(False)
        heard += [] if _nothing_came(udp) else ["udp"]
    finally:
        server.shutdown()
        server.server_close()
        tcp.shutdown(socket.SHUT_RDWR)
        tcp.close()
        udp.close()
        for thread in threads:
            thread.join()


def _listen(tcp: socket.socket, heard: list[str]) -> None:
    while True:
        try:
            tcp.accept()[0].close()
        except OSError:
            return
        heard.append("tcp")


def _nothing_came(udp: socket.socket) -> bool:
    try:
        udp.recv(100)
    except BlockingIOError:
        return True
    return False


def test_a_hostile_page_reaches_nothing_but_its_own_outlet(sqlite_home: Home, browser: Browser) -> None:
    with _inside() as (ports, heard), serve(_site(pages=1, more=_HOSTILE.format(**ports)), sqlite_home.folder) as site:
        for path in ("/leads-inside.js", "/leads-inside.json"):
            site.answers[path] = lambda path=path: (302, {"Location": f"{ports['inside']}{path}"}, b"")  # type: ignore[misc]
        robots = b"User-agent: *\nDisallow: /private"
        site.answers["/robots.txt"] = lambda: (200, {"Content-Type": "text/plain"}, robots)
        _run(sqlite_home, "crawl", "site", browser=browser)
        asked = set(site.hits)
    assert heard == []
    assert "/ran" in asked, "the page's script came to its end"
    assert asked & {"/private/page", "/told", "/worker.js"} == set()
    # The article is there all the same.
    (shown,) = _rows(sqlite_home, "show", "site:1")
    assert shown["headline"] == "Scripted"
    sound(sqlite_home)


_FLOOD = "<script>for (let n = 0; n < 300; n++) { fetch('/flood/' + n).catch(() => 0); }</script>"


def _beside_bad_neighbours(home: Home, browser: Browser, patience: int) -> set[str]:
    """Crawl a page beside one that never ends and one that asks for everything; what was read."""
    with serve(_site(pages=3, more="<script>while (true) {}</script>"), home.folder) as site:
        site.answers["/news/2-story"] = lambda: _html(_SHELL % "")
        site.answers["/news/3-story"] = lambda: _html(_SHELL % _FLOOD)
        more = (f"DOWNLOAD_TIMEOUT={patience}",)
        code, said, _ = _run(home, "crawl", "site", browser=browser, more=more, seconds=patience + 120)
        assert sum(path.startswith("/flood/") for path in site.hits) <= MOST_FETCHED
    assert (code, "timeout" in said) == (1, True), said
    assert _states(home, "discoveries")["waiting"] >= 1
    # The shell is kept, and says nothing of the article.
    assert _states(home, "captures")["unreadable"] >= 1
    sound(home)
    return {row["article"] for row in _rows(home, "search", "scripted")}


def test_a_page_that_never_ends_or_asks_for_everything_costs_itself_alone(tmp_path: Path, browser: Browser) -> None:
    # How long a page that does end needs is the machine's affair: a busy one is given more.
    for patience in (20, 60, 180):
        folder = tmp_path / str(patience)
        if "site:2" in _beside_bad_neighbours(Home(folder, f"sqlite:///{folder}/archive.db"), browser, patience):
            return
    raise AssertionError("the page in between was never read")


# --- it ends with us --------------------------------------------------------------------------------------------------


def _running(folder: Path) -> list[str]:
    """Processes that have a folder in their command line: a browser keeps its profile there."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        found += [words] if str(folder) in words and "crawler" not in words else []
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_browser_ends_with_the_crawl(sqlite_home: Home, tmp_path: Path, how: signal.Signals) -> None:
    found = next((one for one in browsers.found(Home(Path(), "")) if one.chromium), None)
    if found is None:
        pytest.skip("only a Chromium keeps a profile that can be looked for")
    place = tmp_path / "profiles"
    place.mkdir()
    env = environment(sqlite_home, PALIMPSEST_BROWSER=found.path, TMPDIR=str(place))
    with serve(_site(pages=1, more="<script>while (true) {}</script>"), sqlite_home.folder):
        crawl = subprocess.Popen(
            [sys.executable, "-c", _LATER, "0", *_command("crawl", "site", more=("DOWNLOAD_TIMEOUT=8",))],
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert _within(20, lambda: bool(_running(place))), "a browser is started"
        os.kill(crawl.pid, how)
        crawl.wait(timeout=60)
    assert _within(20, lambda: not _running(place)), _running(place)
    sound(sqlite_home)


def _within(seconds: float, true: Any) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


# --- which one --------------------------------------------------------------------------------------------------------


def _program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_browser_is_found_in_the_order_that_is_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    place = Home(tmp_path, "")
    shell, chrome = (_program(tmp_path / "bin" / name) for name in ("chromium-headless-shell", "google-chrome"))
    on_path = [one.path for one in browsers.found(place)]
    assert on_path[:2] == [shell, chrome]
    assert all("lightpanda" in path for path in on_path[2:])
    revision = _revision()
    own = _program(tmp_path / f"playwright/chromium_headless_shell-{revision}/chrome-linux64/chrome-headless-shell")
    assert browsers.find(place) == Browser(own)
    stated = _program(tmp_path / "mine")
    assert list(browsers.found(Home(tmp_path, "", browser=stated))) == [Browser(stated)]
    assert browsers.find(Home(tmp_path, "", browser=str(tmp_path / "absent"))) is None


def _revision() -> str:
    from importlib.metadata import distribution

    file = Path(str(distribution("playwright").locate_file("playwright/driver/package/browsers.json")))
    found = json.loads(file.read_text(encoding="utf-8"))["browsers"]
    return next(str(one["revision"]) for one in found if one["name"] == "chromium-headless-shell")


def test_doctor_names_the_browser_or_what_to_type(sqlite_home: Home, tmp_path: Path) -> None:
    stated = _program(tmp_path / "mine")
    assert stated in palimpsest("doctor", home=sqlite_home, env={"PALIMPSEST_BROWSER": stated}).stdout
    missing = palimpsest("doctor", home=sqlite_home, env=NOBODY).stdout
    assert "/nowhere/chromium cannot be run" in missing
    assert browsers.INSTALL in missing
