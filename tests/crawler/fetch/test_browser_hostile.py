"""Hostile pages in a real browser: there is no way past the gate, they cost themselves alone, and it ends with us."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from archive.home import Home
from crawler.fetch import browsers
from crawler.fetch.browsers import Browser
from crawler.fetch.visit import MOST_FETCHED
from tests.crawler import scripted
from tests.crawler.crawls import rows, states, words
from tests.crawler.loopback import serve
from tests.crawler.scripted import FAST, SHELL, html, run
from tests.support import COMMAND, environment, sound

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
    home = sqlite_home
    with _inside() as (ports, heard), serve(scripted.site(1, _HOSTILE.format(**ports)), home.folder) as site:
        for path in ("/leads-inside.js", "/leads-inside.json"):
            site.answers[path] = lambda path=path: (302, {"Location": f"{ports['inside']}{path}"}, b"")  # type: ignore[misc]
        robots = b"User-agent: *\nDisallow: /private"
        site.answers["/robots.txt"] = lambda: (200, {"Content-Type": "text/plain"}, robots)
        run(home, "crawl", "site", browser=browser)
        asked = set(site.hits)
    assert heard == []
    assert "/ran" in asked, "the page's script came to its end"
    assert asked & {"/private/page", "/told", "/worker.js"} == set()
    # The article is there all the same.
    (shown,) = rows(home, "show", "site:1")
    assert shown["headline"] == "Scripted"
    sound(home)


_FLOOD = "<script>for (let n = 0; n < 300; n++) { fetch('/flood/' + n).catch(() => 0); }</script>"


def _beside_bad_neighbours(home: Home, browser: Browser, patience: int) -> set[str]:
    """Crawl a page beside one that never ends and one that asks for everything; what was read."""
    with serve(scripted.site(pages=3, more="<script>while (true) {}</script>"), home.folder) as site:
        site.answers["/news/2-story"] = lambda: html(SHELL % "")
        site.answers["/news/3-story"] = lambda: html(SHELL % _FLOOD)
        more = (f"DOWNLOAD_TIMEOUT={patience}",)
        code, said, _ = run(home, "crawl", "site", browser=browser, more=more)
        assert sum(path.startswith("/flood/") for path in site.hits) <= MOST_FETCHED
    assert (code, "timeout" in said) == (1, True), said
    assert states(home, "discoveries")["waiting"] >= 1
    # The shell is kept, and says nothing of the article.
    assert states(home, "captures")["unreadable"] >= 1
    sound(home)
    return {str(row["article"]) for row in rows(home, "search", "scripted")}


def test_a_page_that_never_ends_or_asks_for_everything_costs_itself_alone(tmp_path: Path, browser: Browser) -> None:
    # How long a page that does end needs is the machine's affair: a busy one is given more.
    for patience in (20, 60):
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
    command = [str(COMMAND), *words("crawl", "site", fast=(*FAST, "DOWNLOAD_TIMEOUT=8"))]
    with serve(scripted.site(pages=1, more="<script>while (true) {}</script>"), sqlite_home.folder):
        crawl = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert _within(20, lambda: bool(_running(place))), "a browser is started"
        crawl.send_signal(how)
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
