"""An outlet that answers otherwise to other countries, asked through proxies: nothing it does to one is an edit or a
deletion, each look says from where it was made, and nobody ever reads a proxy's password."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from tests.crawler.crawls import FAST, here, rows, run
from tests.crawler.loopback import Answer, Site, serve
from tests.crawler.proxies import Foreign, foreign
from tests.support import palimpsest, sound

USER = "reader:s3cret-words"
ONCE = (*FAST[:3], "RETRY_TIMES=0")


def _settings(home: Home, port: int, *vantages: str, scheme: str = "http", user: str = USER) -> None:
    at = f"{user}@" if user else ""
    names = json.dumps(list(vantages))
    (home.folder / "palimpsest.toml").write_text(
        f'[vantages]\nberlin = "{scheme}://{at}127.0.0.1:{port}"\n\n[outlets.site]\nvantages = {names}\n'
    )


def _refuses(status: int) -> Answer:
    return status, {"Content-Type": "text/html"}, b"<html><body>Not for you</body></html>"


def _asked(home: Home, sql: str, **values: str) -> list[tuple[str, str]]:
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(text(sql), values)]
    finally:
        engine.dispose()


def _looks(home: Home, path: str) -> list[tuple[str, str]]:
    """From where an address was looked at, and what each look came to, in order of time."""
    return _asked(
        home, "SELECT vantage, outcome FROM v1_captures WHERE url LIKE :path ORDER BY fetched_at", path=f"%{path}"
    )


def _secrets(home: Home, said: str) -> list[str]:
    """Where the password stands, or what is sent for it, but for the operator's own file."""
    basic = base64.b64encode(USER.encode()).decode()
    secrets = [USER.partition(":")[2].encode(), basic.encode()]
    files = [path for path in home.folder.rglob("*") if path.is_file() and path.name != "palimpsest.toml"]
    found = [path.name for path in files if any(one in path.read_bytes() for one in secrets)]
    return found + [f"said: {said}" for one in secrets if one.decode() in said]


def test_what_one_vantage_is_not_shown_another_is_asked_for(home: Home) -> None:
    with serve(Site(pages=4), home.folder) as site, foreign(Foreign(USER)) as berlin:
        _settings(home, berlin.port, "default", "berlin")
        site.answers["/news/1-story"] = lambda: _refuses(403)
        berlin.answers["/news/1-story"] = lambda: site.page(1)
        said = [run(home, "crawl", "site", "--json")]
        assert _looks(home, "/news/1-story") == [("default", "error-page"), ("berlin", "new")]
        assert _looks(home, "/robots.txt") == [("default", "gone"), ("berlin", "gone")]
        assert _looks(home, "/news/2-story") == [("default", "new")]
        # 2 is hidden here, and has other words there; 3 is hidden everywhere; 4 is blocked here, and gone there.
        for number in (2, 3):
            site.answers[f"/news/{number}-story"] = lambda: _refuses(404)
        site.answers["/news/4-story"] = lambda: _refuses(451)
        berlin.answers["/news/4-story"] = lambda: _refuses(404)
        site.words = "as nobody else may read it"
        berlin.answers["/news/2-story"] = lambda: site.page(2)
        del site.answers["/news/1-story"]
        said += [run(home, "recheck", "site", "--json", hours=hours) for hours in (48, 96)]
        assert _looks(home, "/news/1-story")[2:] == [("default", "held"), ("default", "held")]
        assert _looks(home, "/news/2-story")[1:] == [("default", "gone"), ("berlin", "held")] * 2
        assert _looks(home, "/news/3-story")[1:] == [("default", "gone"), ("berlin", "gone")] * 2
        assert rows(home, "edits") == []
        lives = _asked(home, "SELECT article, life FROM v1_articles ORDER BY article")
        assert [life for _, life in lives] == ["live", "live", "gone", "blocked-here"]
        assert {str(row["why"]) for row in rows(home, "held")} == {"other-vantage"}
    assert _secrets(home, "".join(one.stdout + one.stderr for one in said)) == []
    sound(home)


def test_a_vantage_that_is_shut_out_while_another_is_answered_is_an_alarm(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=6), home.folder) as site, foreign(Foreign()) as berlin:
        _settings(home, berlin.port, "default", "berlin", user="")
        berlin.answers |= {f"/news/{n}-story": (lambda n=n: site.page(n)) for n in range(1, 7)}  # type: ignore[misc]
        berlin.answers["/sitemap.xml"] = site.sitemap
        site.answers |= dict.fromkeys(("/sitemap.xml", *berlin.answers), lambda: _refuses(403))
        assert run(home, "crawl", "site").code == 0
        assert palimpsest("alarms", "--look", home=home).code == 1
        (alarm,) = [row for row in rows(home, "alarms") if row["kind"] == "refused"]
        assert (alarm["about"], str(alarm["now"]).partition(" ")[0]) == ("from default", "403")
        assert "blocked at vantage default" in str(alarm["cause"])


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_pages_by_tls_come_through_a_proxy_with_a_password(tmp_path: Path, scheme: str) -> None:
    home = here(tmp_path)
    with (
        serve(Site(pages=2, certificate="news.site.test"), home.folder) as site,
        foreign(Foreign(USER), socks=scheme == "socks5") as berlin,
    ):
        trusted = str(home.folder / "authority.pem")
        _settings(home, berlin.port, "berlin", scheme=scheme)
        done = run(home, "crawl", "site", SSL_CERT_FILE=trusted)
        assert (done.code, _looks(home, "/news/1-story")) == (0, [("berlin", "new")]), done
        assert set(berlin.asked) == {f"news.site.test:{site.port}"}
        assert _secrets(home, done.stdout + done.stderr) == []
        berlin.user = "somebody:else"
        done = run(home, "recheck", "site", hours=48, fast=ONCE, SSL_CERT_FILE=trusted)
        assert _looks(home, "/news/1-story") == [("berlin", "new")]
        assert _secrets(home, done.stdout + done.stderr) == []
    sound(home)


def test_a_proxy_is_asked_for_nothing_that_the_gate_refuses(tmp_path: Path) -> None:
    home = here(tmp_path)
    with serve(Site(pages=1), home.folder) as site, foreign(Foreign()) as berlin:
        outlet = home.folder / "outlets" / "site.py"
        written = outlet.read_text().replace(
            'Domain("news.site.test"),', 'Domain("news.site.test"), Domain("inside.example"),'
        )
        outlet.write_text(written)
        _settings(home, berlin.port, "berlin", user="")
        site.answers["/news/1-story"] = lambda: (302, {"Location": f"http://inside.example:{site.port}/news/1"}, b"")
        done = run(home, "crawl", "site", "--json", fast=ONCE)
        assert json.loads(done.stdout)["attempts"] == {"off-limits": 1}, done
        assert not [one for one in berlin.asked if "inside" in one]


def test_a_wrong_vantage_is_said_with_its_line_and_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "palimpsest.toml").write_text(
        '[vantages]\nberlin = "ftp://reader:s3cret-words@proxy.test"\n\n[outlets.site]\nvantages = ["berlinn"]\n'
    )
    done = palimpsest("status", home=here(tmp_path))
    assert done.code == 3
    assert "line 2: vantages.berlin is the address of a proxy" in done.stderr
    assert "line 5: outlets.site.vantages names 'berlinn'" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
