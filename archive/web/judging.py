"""Pages on which the archive's claims are judged: one claim after the other, each coder for themselves; what the
judgements come to, and how far coders agree, by the code of `palimpsest audit`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import audit, clock
from archive.agreement import differing
from archive.audit import Judged
from archive.desk import sheets
from archive.desk.database import Desk
from archive.desk.sheets import Sheet
from archive.errors import NotFound, UsageError
from archive.web import visitors
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site
from archive.web.visitors import Visitor

__all__ = ["as_csv", "claim_page", "judge", "make", "sheet_page", "sheets_page"]

_SAID: Mapping[str, bool | None] = {"right": True, "wrong": False, "cannot tell": None}


def _path(name: str, n: int = 0) -> str:
    return f"/sheets/{quote(name, safe='')}{f'/{n}' if n else ''}"


def _coder(request: Request) -> str:
    visitor: Visitor = request.scope["visitor"]
    return visitor.name


def sheets_page(site: Site, request: Request) -> Page:
    """Every sheet, and the form that draws one."""
    found = sheets.listed(site.desk)
    given = {"asked": words(request.query_params), "sheets": [(name, _path(name)) for name in found]}
    return Page("sheets.html", "Judge what the archive claims", given, found, beside={"json": "/sheets.json"})


def make(site: Site, request: Request) -> Response:
    """Draw a sheet from the archive."""
    sent = visitors.sent(request)
    many, seed = (_number(name, sent.get(name, "")) for name in ("sample", "seed"))
    if not 1 <= many <= sheets.MOST:
        raise UsageError(f"a sheet has from 1 to {sheets.MOST} claims of each class")
    with site.asking() as put:
        claims = list(site.claims(put.connection, many, seed))
    name = sheets.make(site.desk, sent.get("name", ""), claims, _coder(request), clock.now())
    visitors.told(site, request, "sheet made", f"{name}: {many} of each class, seed {seed}")
    return RedirectResponse(_path(name), 303)


def _number(what: str, words: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", words.strip(), re.ASCII):
        raise UsageError(f"{what} is a number, not {words[:40]!r}")
    return int(words)


def sheet_page(site: Site, request: Request) -> Page:
    """How far a coder is; when all is judged, what it comes to, and how far it agrees with others who are done."""
    desk, coder = site.desk, _coder(request)
    sheet = sheets.read(desk, request.path_params["name"])
    mine = sheets.judgements(desk, sheet, coder)
    is_done = sheet.is_done(coder)
    agreed = [one for one in sheets.agreements(desk, sheet) if coder in one[:2]] if is_done else []
    found = audit.precision(mine.values()) if is_done else []
    given = {
        "asked": words(request.query_params),
        "sheet": sheet,
        "path": _path(sheet.name),
        "judged": len(mine),
        "next": _next(sheet, mine),
        "precision": found,
        "agreements": agreed,
        "differing": [(a, b, _differing(desk, sheet, a, b)) for a, b, _ in agreed],
    }
    data = {
        "sheet": sheet.name,
        "claims": len(sheet.claims),
        "judged": len(mine),
        "precision": [asdict(one) for one in found],
        "agreement": [{"coders": [a, b], "classes": [asdict(one) for one in classes]} for a, b, classes in agreed],
    }
    return Page("sheet.html", f"Sheet {sheet.name}", given, data, beside={"json": f"{_path(sheet.name)}.json"})


def _differing(desk: Desk, sheet: Sheet, a: str, b: str) -> list[tuple[Judged, Judged]]:
    first, second = (sheets.judgements(desk, sheet, name).values() for name in (a, b))
    return list(differing(first, second))


def _next(sheet: Sheet, mine: Mapping[int, Judged]) -> int:
    """The first claim that a coder has not judged; 0 for none."""
    return next((n for n in range(1, len(sheet.claims) + 1) if n not in mine), 0)


def _claim(sheet: Sheet, request: Request) -> int:
    words = request.path_params["n"]
    if not (words.isascii() and words.isdecimal() and 1 <= int(words[:6]) <= len(sheet.claims)):
        raise NotFound(f"the sheet {sheet.name} has no claim {words[:20]!r}: it has {len(sheet.claims)}")
    return int(words)


def claim_page(site: Site, request: Request) -> Page:
    """One claim, with what it is to be judged by."""
    desk = site.desk
    sheet = sheets.read(desk, request.path_params["name"])
    n, mine = _claim(sheet, request), sheets.judgements(desk, sheet, _coder(request))
    claim = sheet.claims[n - 1]
    given = {
        "asked": words(request.query_params),
        "sheet": sheet,
        "path": _path(sheet.name),
        "claim": claim,
        "n": n,
        "said": next((word for word, right in _SAID.items() if n in mine and mine[n].right is right), ""),
        "note": mine[n].note if n in mine else "",
        "choices": list(_SAID),
    }
    return Page("claim.html", f"Claim {n} of {len(sheet.claims)}", given, asdict(claim) | {"case": claim.case})


def judge(site: Site, request: Request) -> Response:
    """What a coder says of a claim; then the next that is open."""
    desk, sent, coder = site.desk, visitors.sent(request), _coder(request)
    sheet = sheets.read(desk, request.path_params["name"])
    n, word = _claim(sheet, request), sent.get("right", "")
    if word not in _SAID:
        raise UsageError(f"a claim is {', '.join(_SAID)}")
    sheets.judge(desk, sheet.name, n, coder, _SAID[word], sent.get("note", ""), clock.now())
    visitors.told(site, request, "judged", f"{sheet.name}: {n}")
    return RedirectResponse(_path(sheet.name, _next(sheet, sheets.judgements(desk, sheet, coder))), 303)


def as_csv(site: Site, request: Request) -> Response:
    """The sheet with one's own judgements, as `palimpsest audit --read` takes it."""
    desk = site.desk
    sheet = sheets.read(desk, request.path_params["name"])
    mine = sheets.judgements(desk, sheet, _coder(request)).values()
    headers = {"content-disposition": "attachment; filename=sheet.csv"}
    return Response(audit.write(sheet.claims, mine), media_type="text/csv; charset=utf-8", headers=headers)
