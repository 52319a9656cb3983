"""Every question there is, by its number: whatever the modules of this room make one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from archive import questions
from archive.errors import UsageError
from archive.questions.question import Question
from archive.wording import instead

__all__ = ["QUESTIONS", "named"]


def _found() -> dict[int, Question]:
    names = [module.name for module in iter_modules(questions.__path__) if not __name__.endswith(f".{module.name}")]
    modules = [import_module(f"{questions.__name__}.{name}") for name in names]
    return {id(one): one for module in modules for one in vars(module).values() if isinstance(one, Question)}


QUESTIONS: tuple[Question, ...] = tuple(sorted(_found().values(), key=lambda one: one.number))


def named(name: str) -> Question:
    """The question of that name. Raises UsageError."""
    names = {one.name: one for one in QUESTIONS}
    if name not in names:
        raise UsageError(f"there is no question {name!r}: {instead(name, names)}")
    return names[name]
