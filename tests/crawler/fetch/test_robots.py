"""A robots.txt in another encoding forbids what it forbids."""

from __future__ import annotations

import gzip

import pytest

from crawler.fetch.robots import read

RULES = "User-agent: *\r\nDisallow: /archive\r\n"
PAGE = "https://www.courier.example/"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_what_is_forbidden_in_any_encoding_is_not_fetched(encoding: str) -> None:
    policy = read(200, RULES.encode(encoding))
    assert policy is None or not policy.allows(PAGE + "archive/1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_is_allowed_is_fetched(encoding: str) -> None:
    policy = read(200, RULES.encode(encoding))
    assert policy is not None
    assert policy.allows(PAGE + "news/1")


ALL = "User-agent: *\n"
FORBIDDEN: dict[str, str | bytes] = {
    # From the trackers of parsers and crawlers: what each of them let pass, or took for a rule of another's.
    "a mark before the first field": "\ufeff" + RULES,
    "two marks, of two editors": "\ufeff\ufeff" + RULES,
    "line ends of old systems": RULES.replace("\r\n", "\r"),
    "line ends that were turned twice": RULES.replace("\r\n", "\r\r\n"),
    "line separators of word processors": RULES.replace("\r\n", "\u2028"),
    "all in one line": RULES.replace("\r\n", " "),
    "spaces before the colon": "User-agent : *\nDisallow : /archive",
    "no colon": "User-agent *\nDisallow /archive",
    "field names with a space": "User agent: *\nDisallow: /archive",
    "small and capital letters": "USER-AGENT: *\nDISALLOW: /archive",
    "indented, as a list": "  - User-agent: *\n  - Disallow: /archive",
    "spaces nobody sees": "User-agent:\u200b *\nDisallow:\u00a0/archive",
    "typographic quotes": "User-agent: “*”\nDisallow: /archive",
    "comments behind rules": "User-agent: * # all\nDisallow: /archive # no",
    "empty lines within a group": ALL + "\n\nDisallow: /archive",
    "ours among several": "User-agent: x\nUser-agent: *\nUser-agent: y\nDisallow: /archive",
    "two groups for all": f"{ALL}Disallow: /a/\nUser-agent: x\nDisallow:\n{ALL}Disallow: /archive",
    "our name, with a version": "User-agent: Palimpsest/0.1\nDisallow: /archive\n" + ALL + "Disallow:",
    "our name, with a remark": "User-agent: palimpsest (archive)\nDisallow: /archive\n" + ALL + "Disallow:",
    "a whole address": ALL + f"Disallow: {PAGE}archive",
    "no slash at the beginning": ALL + "Disallow: archive",
    "the longer rule": ALL + "Allow: /a\nDisallow: /archive",
    "a wildcard": ALL + "Disallow: /*ive/",
    "a warning of a script before it": "<br />\n<b>Warning</b>: x in <b>/r.php</b><br />\n" + RULES,
    "markup around it": f"<pre>{RULES}</pre>",
    "Latin-1 in a comment": b"# caf\xe9\n" + RULES.encode(),
    "fields of others in between": ALL + "Host: x\nClean-param: ref\nDisallow: /archive",
    "an endless line before it": ALL + f"Disallow: /{'x' * 90_000}\nDisallow: /archive",
}
ALLOWED = {
    "the longer rule": ALL + "Disallow: /a\nAllow: /archive",
    "as long a rule": ALL + "Disallow: /archive\nAllow: /archive",
    "an empty rule": ALL + "Disallow:",
    "another's name that begins as ours": "User-agent: palimpsestbot\nDisallow: /",
    "a name that ours begins with": "User-agent: pal\nDisallow: /",
    "names by a pattern": "User-agent: *bot\nDisallow: /",
    "no group": "Disallow: /archive",
    "other letters": ALL + "Disallow: /Archive",
    "an end": ALL + "Disallow: /archive$",
    "a rule in a comment": ALL + "# see Disallow: /archive",
    "nothing": "",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_is_plainly_forbidden_is_not_fetched(what: str) -> None:
    body = FORBIDDEN[what]
    policy = read(200, body if isinstance(body, bytes) else body.encode())
    assert policy is not None
    assert not policy.allows(PAGE + "archive/1")
    assert policy.allows(PAGE)


@pytest.mark.parametrize("what", ALLOWED)
def test_nobody_elses_rules_are_obeyed(what: str) -> None:
    policy = read(200, ALLOWED[what].encode())
    assert policy is not None
    assert policy.allows(PAGE + "archive/1")


def test_bytes_in_no_known_charset_are_those_of_the_address() -> None:
    policy = read(200, (ALL + "Disallow: /новости").encode("cp1251"))
    assert policy is not None
    assert not policy.allows(PAGE + "%ED%EE%E2%EE%F1%F2%E8/1")


@pytest.mark.parametrize(
    "body",
    [
        "<html>".encode("utf-16"),
        b"<!-- error --><center><h1>404</h1></center>",
        b"{\\rtf1 User-agent: *}",
        gzip.compress(RULES.encode(), mtime=0),
        bytes(range(256)),
    ],
)
def test_what_is_no_robots_file_states_nothing(body: bytes) -> None:
    assert read(200, body) is None


@pytest.mark.parametrize(
    ("status", "allows"),
    [(404, True), (403, True), (204, True), (429, False), (206, False), (503, False), (999, False)],
)
def test_what_a_status_states(status: int, allows: bool) -> None:
    policy = read(status, b"")
    assert bool(policy and policy.allows(PAGE)) is allows
