"""The page of a bundle for people: what a version says, how it came and went, and how to check it. Pure.

It loads nothing and runs nothing, in any browser, from any disk; everything foreign is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archive import text as same

__all__ = ["as_page"]

_STYLE = """
body{font:16px/1.5 Georgia,"Noto Serif",serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
body{color:#111;background:#fff}
h1{font-size:1.3rem}h2{font-size:1rem;border-bottom:1px solid #999;margin-top:2rem}
table{border-collapse:collapse;font:13px/1.6 monospace;overflow-wrap:anywhere}
td,th{text-align:left;vertical-align:top;padding:.1rem .5rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""


def _text(words: object) -> str:
    """Foreign text, safe within HTML."""
    return same.escaped(str(words)).replace("\n", "<br>")


def _table(names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    columns = list(names)
    head = "".join(f"<th>{_text(name)}</th>" for name in columns)
    body = "\n".join(f"<tr>{''.join(f'<td>{_text(row[name])}</td>' for name in columns)}</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _said(stored: Mapping[str, str]) -> Iterator[str]:
    for words in (stored["description"], *stored["body"].split("\n\n")):
        if words:
            yield f'<p dir="auto">{_text(words)}</p>'


def as_page(claim: Mapping[str, Any], verifier: str, head: str, *, edit: bool) -> str:
    """One page of HTML, UTF-8, of a claim as `proof/claim.json` has it; `verifier` is the SHA-256 of `verify.py`,
    `head` the newest seal (empty: none), `edit` whether `edit.html` shows what was changed."""
    stored = claim["texts"][0]["stored"]
    said = "\n".join(_said(stored))
    removed = "".join(f"<li>{_text(one['text'])} ({_text(one['rule'])})</li>" for one in claim["furniture"])
    shown = '<p>What was changed: <a href="edit.html">edit.html</a>.</p>' if edit else ""
    lang = "".join(c for c in stored["language"] if c.isascii() and (c.isalnum() or c == "-")) or "und"
    looks = [one | {"is": ", ".join(one["is"])} for one in claim["looks"]]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(claim["version"])}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1 dir="auto" lang="{lang}">{_text(stored["headline"])}</h1>
<p>{_text(claim["citation"])}</p>
{shown}
<h2>To check it</h2>
<p>This page proves nothing. Take verify.py out of the bundle, compare its SHA-256 with the one that the archive gives
beside its citations ({verifier} when this was made), take a head of the archive's seals from somebody else, and say</p>
<pre>python3 verify.py BUNDLE --head {_text(head) or "PLACE:HEX"}</pre>
<p>The pages as they were received open in a player of web archives, such as ReplayWeb.page: the bundle is a WACZ.</p>
<main lang="{lang}">
<h2>What it says</h2>
{said}
</main>
<h2>What was removed from the page</h2>
<ul>{removed}</ul>
<h2>The looks that are here as received</h2>
{_table(("is", "fetched_at", "landed", "status", "verdict", "digest", "capture"), looks)}
<h2>Every look at the article</h2>
{_table(("fetched_at", "status", "verdict", "outcome", "version", "capture"), claim["timeline"])}
</body>
</html>
"""
