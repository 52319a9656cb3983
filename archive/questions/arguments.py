"""What a question is given: its parameters, and what the words mean that people give for them, by name or in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from inspect import Parameter, signature
from typing import Any, get_args

from archive import text
from archive.errors import UsageError
from archive.questions.options import time_given
from archive.wording import instead

__all__ = ["LARGEST", "Argument", "arguments", "given"]

LARGEST = 1_000_000
"""No parameter is a larger number."""

_KINDS: dict[Any, str] = {str: "text", int: "number", float: "number", datetime: "time", bool: "flag"}
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a question: `kind` is text, number, time, flag, or word (one of `choices`); without a default it
    has to be given; `several` takes what is left."""

    name: str
    kind: str
    default: Any
    words: str
    several: bool = False
    choices: type[StrEnum] | None = None

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return self.default is Parameter.empty

    @property
    def shown(self) -> str:
        """As it is written in a usage line."""
        if self.several:
            return f"{self.name.upper()}..." if self.required else f"[{self.name.upper()}...]"
        if self.kind == "flag":
            return f"[{self.name}=yes]"
        return self.name.upper() if self.required else f"[{self.name}={'' if self.default is None else self.default}]"

    def value(self, word: str, zone: tzinfo = UTC) -> Any:
        """What a word means here; a time without an offset is of that zone. Raises UsageError."""
        if text.clean(word) != word:
            raise UsageError(f"{self.name} has a character that stands in no text")
        if self.kind == "time":
            return time_given(word, f"{self.name}=", zone)
        try:
            if self.choices is not None:
                return self.choices(word)
            if self.kind == "flag":
                return _FLAGS[word.lower()]
            return _number(word) if self.kind == "number" else word
        except (KeyError, ValueError):
            known = instead(word, self.choices) if self.choices else ""
            meant = {"number": f"is no number from 0 to {LARGEST}", "flag": "is neither yes nor no", "word": known}
            raise UsageError(f"{self.name}={word!r} {meant[self.kind]}") from None


def _number(word: str) -> float:
    """A number from 0 to `LARGEST`. Raises ValueError."""
    number = float(word) if "." in word else int(word)
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{word} is not from 0 to {LARGEST}")
    return number


def _plain(annotation: Any) -> tuple[Any, bool]:
    """`str | None` is text, `tuple[str, ...]` is several of it."""
    options = [one for one in get_args(annotation) if one not in {type(None), ...}]
    return (options[0] if options else annotation), str(annotation).startswith("tuple")


def arguments(function: Callable[..., Any], said: str) -> Iterator[Argument]:
    """The parameters of a function behind its first, with the lines `name: …` that tell of them."""
    words = dict(re.findall(r"^(\w+): (.+?)(?=\n\w+: |\n\n|\Z)", said, re.MULTILINE | re.DOTALL))
    for one in list(signature(function, eval_str=True).parameters.values())[1:]:
        kind, several = _plain(one.annotation)
        choices = kind if kind not in _KINDS else None
        told = text.fold_space(words[one.name])
        yield Argument(one.name, _KINDS.get(kind, "word"), one.default, told, several, choices)


def given(of: Sequence[Argument], words: Sequence[str], zone: tzinfo = UTC) -> dict[str, Any]:
    """What `words` mean: `name=value`, or values alone for what must be given, in order. Raises UsageError."""
    found: dict[str, Any] = {}
    names: Mapping[str, Argument] = {one.name: one for one in of}
    for word in words:
        name, equals, value = word.partition("=")
        argument = names.get(name) if equals else None
        if argument is None:
            value, argument = word, _open(of, found)
        if argument is None:
            raise UsageError(f"does not take {word!r}{f': {instead(name, names)}' if names and equals else ''}")
        meant = argument.value(value, zone)
        found[argument.name] = (*found.get(argument.name, ()), meant) if argument.several else meant
    if left := [one.name for one in of if one.required and one.name not in found]:
        raise UsageError(f"needs {', '.join(left)}")
    return found


def _open(of: Sequence[Argument], found: Mapping[str, Any]) -> Argument | None:
    """What a value without a name is for."""
    return next((one for one in of if one.several or (one.required and one.name not in found)), None)
