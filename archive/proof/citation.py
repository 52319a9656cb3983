"""A version as others quote it: plain text, BibTeX, RIS, CSL-JSON. Pure.

What is cited is the version, not the page as it reads today: its id, when it was seen, and the digest of its bytes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive import text as same

__all__ = ["Citation", "Style", "cite", "cite_edit"]


class Style(StrEnum):
    """How a citation is written."""

    TEXT = "text"
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL = "csl"


@dataclass(frozen=True, slots=True)
class Citation:
    """What is needed to cite a version. `published` is ISO 8601 or as the outlet wrote it, empty where unknown;
    `outlet` the publication's title; times are when the version was first and last seen; `doubts` are the kinds of
    doubt that every look at it had."""

    version: str
    headline: str
    authors: tuple[str, ...]
    outlet: str
    published: str
    url: str
    language: str
    first_seen: datetime
    last_seen: datetime
    capture: str
    payload_digest: str
    doubts: tuple[str, ...] = ()


def _line(words: str) -> str:
    return same.printable(same.fold_space(words))


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _held(one: Citation) -> str:
    """Where it is held and how it can be told from any other text."""
    doubts = f"; read in doubt ({', '.join(one.doubts)})" if one.doubts else ""
    return (
        f"Version {one.version}, seen {one.first_seen:%Y-%m-%d %H:%M} to {one.last_seen:%Y-%m-%d %H:%M} UTC; "
        f"capture {one.capture}, sha256 {one.payload_digest}{doubts}"
    )


def _reference(one: Citation) -> str:
    """Who, what, where and when, as plain text."""
    by = f"{', '.join(map(_line, one.authors))}: " if one.authors else ""
    published = f", {_line(one.published)}" if one.published else ""
    return f"{by}“{_line(one.headline)}”. {_line(one.outlet)}{published}. {one.url}"


def _as_text(one: Citation) -> str:
    return f"{_reference(one)}. {_held(one)}.\n"


def cite_edit(one: Citation, old: str, not_before: datetime) -> str:
    """A version with the one it came after, last seen at `not_before`, as one line of plain text."""
    between = f"after {not_before:%Y-%m-%d %H:%M} and by {one.first_seen:%Y-%m-%d %H:%M} UTC"
    return (
        f"{_reference(one)}. Changed {between} from version {old} to {one.version}; "
        f"capture {one.capture}, sha256 {one.payload_digest}."
    )


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX_SPECIAL = re.compile(r"[\\~^{}%&#$_]")


def _tex(words: str) -> str:
    return _TEX_SPECIAL.sub(lambda found: _TEX.get(found[0], f"\\{found[0]}"), _line(words))


def _as_bibtex(one: Citation) -> str:
    fields = {
        "title": f"{{{_tex(one.headline)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in one.authors),
        "organization": _tex(one.outlet),
        "date": one.published[:10] if _is_day(one.published) else "",
        "url": one.url.replace("%", "\\%").replace("{", "%7B").replace("}", "%7D"),
        "urldate": _day(one.last_seen),
        "langid": _tex(one.language),
        "note": _tex(_held(one)),
    }
    key = re.sub(r"[^A-Za-z0-9:@-]", "-", one.version).replace("@", ":")
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@online{{{key},\n{lines}\n}}\n"


def _as_ris(one: Citation) -> str:
    lines = [("TY", "NEWS"), *(("AU", name) for name in one.authors), ("TI", one.headline), ("T2", one.outlet)]
    if _is_day(one.published):
        lines += [("PY", one.published[:4]), ("DA", one.published[:10].replace("-", "/"))]
    lines += [("UR", one.url), ("LA", one.language), ("Y2", one.last_seen.strftime("%Y/%m/%d")), ("ID", one.version)]
    lines += [("N1", _held(one)), ("ER", "")]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in lines if value or tag == "ER")


def _is_day(published: str) -> bool:
    return bool(re.match(r"\d{4}-\d{2}-\d{2}(?:\D|\Z)", published))


def _parts(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in day[:10].split("-")]]}


def _as_csl(one: Citation) -> str:
    item: dict[str, object] = {
        "id": one.version,
        "type": "article-newspaper",
        "title": one.headline,
        "author": [{"literal": name} for name in one.authors],
        "container-title": one.outlet,
        "URL": one.url,
        "accessed": _parts(_day(one.last_seen)),
        "language": one.language,
        "version": one.version,
        "note": _held(one),
    }
    if _is_day(one.published):
        item["issued"] = _parts(one.published)
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


_STYLES = {Style.TEXT: _as_text, Style.BIBTEX: _as_bibtex, Style.RIS: _as_ris, Style.CSL: _as_csl}


def cite(one: Citation, style: Style = Style.TEXT) -> str:
    """The citation in a style, ending with a line end."""
    return _STYLES[style](one)
