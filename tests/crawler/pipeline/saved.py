"""What somebody saved, and the command as it is given it: pages in RT's markup, a folder of them, its manifest."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from crawler.cli import main
from tests.archive.material import opened
from tests.support import Answer

__all__ = ["ADDRESS", "EDITED", "GENERAL", "OLD", "ROTATED", "Folder", "asked", "content", "rows", "rt_page"]

ADDRESS = "https://francais.rt.com/international/41739-pont"


def rt_page(
    *paragraphs: str, headline: str = "Le pont rouvre après les travaux", also: str = "Un autre titre"
) -> bytes:
    """A page in RT's markup; what it advises to read as well is no part of the article."""
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{headline} — RT en français</title>
<meta name="publish-date" content="2026-03-01T10:00:00+0100"></head><body>
<div class="article"><h1 class="article__heading">{headline}</h1>
<div class="article__text text"><p class="text__summary">Quatorze mois plus tard.</p>{body}
<a class="read-more-big" href="/x/1-y"><span class="read-more-big__title">{also}</span></a>
<p>Suivez RT en français sur Telegram</p></div></div></body></html>""".encode()


OLD = rt_page("Le pont a coûté 12 millions.", "La circulation a repris.")
ROTATED = rt_page("Le pont a coûté 12 millions.", "La circulation a repris.", also="Encore un autre titre")
EDITED = rt_page("Le pont a coûté 13 millions.", "La circulation a repris.", also="Un troisième titre")
GENERAL = b"""<html lang="en"><head><title>Orchard saved by its neighbours</title></head><body><article>
<h1>Orchard saved by its neighbours</h1>
<p>The orchard at the end of Mill Lane will not be built over, the council decided on Friday.</p>
<p>More than two hundred people had signed a letter asking for the trees to stay where they are.</p>
</article></body></html>"""


@dataclass
class Folder:
    """A folder somebody saved pages in, with the list of them."""

    path: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, body: bytes, at: str, url: str = ADDRESS, name: str = "", **more: Any) -> None:
        """Save a page."""
        name = name or f"{len(self.lines)}.html"
        (self.path / name).write_bytes(body)
        self.lines.append({"file": name, "url": url, "fetched_at": at, **more})

    def manifest(self, lines: Iterable[object] | None = None) -> Path:
        """Write the list."""
        path = self.path / "pages.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines or self.lines), encoding="utf-8")
        return path


def asked(home: Home, *words: str | Path, fine: bool = False) -> Answer:
    """The command in this process, which spares a second; each command runs as a process somewhere."""
    out, err = io.StringIO(), io.StringIO()
    of = ["--home", str(home.folder), "--database-url", home.database_url]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["palimpsest", *of, *map(str, words)])
        try:
            code = main()
        except SystemExit as end:
            code = int(end.code or 0)
    answer = Answer(code, out.getvalue(), err.getvalue())
    assert "fault of the program" not in answer.stderr, answer
    assert not fine or code == 0, answer
    return answer


def rows(answer: Answer) -> list[dict[str, Any]]:
    """The JSON lines of an answer."""
    return [json.loads(line) for line in answer.stdout.splitlines()]


def content(home: Home) -> dict[str, Any]:
    """Everything an archive says, where it came from included; asserts that it is sound."""
    with opened(home) as archive:
        return archive.content()
