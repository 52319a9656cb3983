"""docs/questions.md tells every question as the registry has it: `python -m tests.house.test_questions` writes it.

The worked examples are tried in `tests/archive/questions/test_named_questions.py`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from inspect import getdoc

from archive.query.filters import Filters
from archive.questions.catalog import QUESTIONS
from archive.questions.options import ALL
from archive.questions.question import Question
from archive.text import fold_space
from tests.support import REPOSITORY

PAGE = REPOSITORY / "docs" / "questions.md"

_TOP = """# Questions

What `palimpsest ask NAME` answers, by number. Parameters that must be given come first, the others as `name=value`;
the filters (`palimpsest ask --help`) narrow every question unless it says otherwise, and are refused by those they do
not narrow; all take `--as-of`. Beside the rows an answer says what
it is as of, what a row speaks of, and what of each outlet is held and when nobody looked. `--json` writes each row as
`{"row": {...}, "answer": null}` and ends with `{"row": null, "answer": {...}}`.

Written from the questions themselves (`python -m tests.house.test_questions`).

## Filters

"""


def _told(one: Question) -> Iterator[str]:
    yield f"## {one.number}. {one.name}\n"
    yield f"{one.asks}\n"
    if one.more:
        yield f"{one.more}\n"
    yield f"`palimpsest ask {one.usage}`\n"
    if one.filters != ALL:
        yield f"Of the filters {one.narrowed}.\n"
    for argument in one.arguments:
        yield f"- `{argument.name}` ({argument.kind}): {argument.words}"
    if one.arguments:
        yield ""
    yield f"One row is one {one.unit}: {', '.join(f'`{column}`' for column in one.columns)}.\n"
    yield f"{fold_space(getdoc(one.row) or '')}\n"
    yield f"Example: `palimpsest ask {shlex.join([one.name, *one.example])}`\n"


def page() -> str:
    """The page as it should be."""
    filters = getdoc(Filters) or ""
    return "\n".join([_TOP + filters + "\n", *(line for one in QUESTIONS for line in _told(one))])


def test_the_page_tells_every_question() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.house.test_questions`"


def test_questions_are_numbered_in_order() -> None:
    numbers = [one.number for one in QUESTIONS]
    assert numbers == sorted(set(numbers))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
