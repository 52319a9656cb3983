"""`palimpsest outlets learn` and `outlets rules`: what the archive learns of an outlet nobody described."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output
from archive.commands import shared
from archive.errors import BadInput
from archive.wording import counted
from crawler.outlets.learnt import LearntRule

if TYPE_CHECKING:
    from crawler.learn.trial import Trial
    from crawler.pipeline.learning import Learning
    from crawler.pipeline.reread import Again

__all__ = ["learn", "rules"]

_NAME = typer.Argument(help="An outlet the archive holds, as `palimpsest status` calls it.")
_KEEP = typer.Option("--keep", help="Keep these rules, and read what is stored again by them.")
_WITHOUT = typer.Option("--without", metavar="RULE", help="Take this rule back; repeat for more.")
_FILE = typer.Option("--from", metavar="FILE", help="These rules instead: JSON lines as --json writes them.")
_KEYS = ("rule", "teaches", "place", "text", "articles", "looks", "state", "reason", "version", "outcome", "changed")


def learn(
    context: typer.Context,
    name: Annotated[str, _NAME],
    keep: Annotated[bool, _KEEP] = False,
    as_json: shared.Json = False,
) -> None:
    """Propose rules from all that is stored of an outlet without a file, and show what they would change.

    What recurs on unrelated articles is furniture; what moves from look to look while the rest stands still is a
    circumstance; where the text of most articles stands, that of the next is expected. Every rule is tried before it
    counts: one that takes what an article says, or hides an edit planted in copies of the pages, is refused. A crawl
    does the same by itself once 30 articles are held.

    JSON keys: rule, teaches, place, text, articles, looks, state, reason, version, outcome, changed.

    Example: palimpsest outlets learn vale-post.example --keep
    """
    learning = _opened(context, name)
    _tried(learning, learning.propose(), keep=keep, as_json=as_json)


def rules(
    context: typer.Context,
    name: Annotated[str, _NAME],
    without: Annotated[list[str] | None, _WITHOUT] = None,
    none: Annotated[bool, typer.Option("--none", help="Take all of them back.")] = False,
    file: Annotated[Path | None, _FILE] = None,
    keep: Annotated[bool, _KEEP] = False,
    as_json: shared.Json = False,
) -> None:
    """List the rules learnt of an outlet; take some back, or put others in their place.

    What would change is shown first; with --keep it is done. A rule that would hide an edit is refused (3). With a rule
    that is taken back, the readings it had changed come back, and the versions it had made equal.

    JSON keys: rule, teaches, place, text, articles, looks, state, reason, version, outcome, changed.

    Example: palimpsest outlets rules vale-post.example --without learnt/0c1f2e3d --keep
    """
    learning = _opened(context, name)
    if not (without or none or file):
        _list(learning, as_json=as_json)
        return
    wanted = _written(file) if file else () if none else learning.rules.rules
    trial = learning.tried(rule for rule in wanted if rule.name not in (without or ()))
    if unknown := set(without or ()) - {rule.name for rule in wanted}:
        raise BadInput(f"no rule of {name} is called {', '.join(sorted(unknown))}: `outlets rules {name}` lists them")
    for rule, why in trial.refused:
        raise BadInput(f"{rule.name} ({rule.text or rule.place}) is refused: {why}")
    _tried(learning, trial, keep=keep, as_json=as_json)


def _opened(context: typer.Context, name: str) -> Learning:
    from crawler.pipeline.learning import Learning

    return Learning(shared.home_of(context), name)


def _written(path: Path) -> Iterator[LearntRule]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise BadInput(f"{path}:{number}: no JSON: {problem}") from None
        if not isinstance(row, dict) or row.get("rule", "") is not None:
            yield LearntRule.of(row, f"{path}:{number}")


# --- what is shown ----------------------------------------------------------------------------------------------------


def _line(**values: Any) -> None:
    output.json_line(dict.fromkeys(_KEYS) | values)


def _row(rule: LearntRule, state: str, reason: str = "") -> dict[str, Any]:
    names = ("teaches", "place", "text", "articles", "looks")
    return {
        "rule": rule.name,
        **{name: getattr(rule, name) for name in names},
        "state": state,
        "reason": reason or None,
    }


def _shown(rows: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    listed = list(rows)
    if as_json:
        for row in listed:
            _line(**row)
        return
    headings = ("rule", "teaches", "place", "text", "articles", "looks", "state")
    lines = ((*(row[name] for name in headings[:6]), row["reason"] or row["state"]) for row in listed)
    output.rows(headings, lines, spare=("looks", "articles"))


def _list(learning: Learning, *, as_json: bool) -> None:
    _shown((_row(rule, "in force") for rule in learning.rules.rules), as_json=as_json)
    for one in learning.sets[-1:]:
        when, count = output.when(one.kept_at), counted(len(learning.rules.rules), "rule")
        output.note(f"{one.outlet}: set {one.number}, {count}, kept {when} by {one.kept_by}")
    if not learning.sets:
        output.note("nothing was learnt yet: `palimpsest outlets learn` proposes rules")


def _tried(learning: Learning, trial: Trial, *, keep: bool, as_json: bool) -> None:
    from crawler.pipeline.learning import PERSON

    before = learning.rules.keys
    after = {rule.key for rule in trial.rules}
    rows = [_row(rule, "in force" if rule.key in before else "new") for rule in trial.rules]
    rows += [_row(rule, "taken back") for rule in learning.rules.rules if rule.key not in after]
    rows += [_row(rule, "refused", f"refused: {why}") for rule, why in trial.refused]
    _shown(rows, as_json=as_json)
    held = f"{counted(trial.looks, 'look')} at {counted(trial.articles, 'article')}"
    output.note(
        f"{held}: {counted(trial.spared, 'change')} from look to look would vanish, {trial.brought:,} would come"
    )
    output.note(f"{trial.seen:,} of {counted(trial.planted, 'planted edit')} would be edits")
    if keep:
        learning.keep(trial.rules, PERSON, clock.now())
    _again(learning, trial, keep=keep, as_json=as_json)


def _again(learning: Learning, trial: Trial, *, keep: bool, as_json: bool) -> None:
    """Show what becomes of stored versions, as `reread` does."""

    def told(again: Again) -> None:
        if as_json:
            _line(version=again.version, outcome=again.outcome, reason=again.reason, changed=list(again.changed))
        elif again.outcome != "same":
            output.said(f"{again.version}  {again.outcome}  {' '.join(again.changed)}{again.reason}")
            output.paragraphs(again.paragraphs[:3])

    with output.progress("reading again", shown=not as_json) as bar:
        done = learning.again(told, bar, clock.now) if keep else learning.supposed(trial.rules, told, bar)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(done.counts.items()))
    output.note(f"{'read again' if keep else 'nothing kept (--keep does)'}: {counts or 'no version'}")
    if done.counts["kept"]:
        raise typer.Exit(1)
