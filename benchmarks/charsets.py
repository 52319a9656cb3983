"""How often pages are read right that do not say their charset, or say it falsely: ours beside two public detectors.

    python benchmarks/charsets.py [--lengths 60,120,200]

The texts are those of the saved pages under `tests/outlets` and the report of `tests/crawler/parse/languages.toml`, in
every charset that their language was written in, without a declaration and with each of some. `right` is the same
text, `doubt` another one that is stored with a doubt, `silent` another one without a word. The detectors see the pages
without a declaration; chardet is asked where it is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawler.parse.decode import decode

_ROOT = Path(__file__).parent.parent

_CENTRAL, _CYRILLIC, _WESTERN = ("cp1250", "iso8859-2"), ("cp1251", "iso8859-5"), ("cp1252", "mac-roman")
WRITTEN = {
    **dict.fromkeys(("pl", "cs", "hu", "sr-Latn", "ro"), _CENTRAL),
    **dict.fromkeys(("fr", "de", "es", "pt", "it", "ca", "fi", "sv", "sq", "ga"), _WESTERN),
    **dict.fromkeys(("bg", "mk", "be", "sr-Cyrl"), _CYRILLIC),
    "ru": (*_CYRILLIC, "koi8-r", "cp866", "mac-cyrillic"),
    "uk": (*_CYRILLIC, "koi8-u"),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "he": ("cp1255", "iso8859-8"),
    "fa": ("cp1256",),
    "ar": ("cp1256", "iso8859-6"),
    "lt": ("cp1257", "iso8859-13"),
    "lv": ("cp1257",),
    "et": ("cp1257", "cp1252"),
    "th": ("cp874",),
    "zh-Hans": ("gb18030",),
    "zh-Hant": ("big5hkscs", "gb18030"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
}
_NAMES = {"cp874": "tis-620", "cp949": "euc-kr", "big5hkscs": "big5", "cp932": "shift_jis", "cp866": "ibm866"}
DECLARED = ("", "true", "utf-8", "iso-8859-1", "windows-1251", "gb2312")


def _texts() -> Iterator[tuple[str, str]]:
    """(language, text)"""
    reports = tomllib.loads((_ROOT / "tests/crawler/parse/languages.toml").read_text(encoding="utf-8"))
    yield from reports.items()
    for path in sorted((_ROOT / "tests/outlets").glob("*/*/expected.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        if page["verdict"] == "article":
            yield page.get("language", ""), " ".join(text for kind, text in page["body"] if kind != "embed")


def cases(lengths: list[int]) -> Iterator[tuple[str, int, str]]:
    """(charset, length, text), each text as far as it can be written in the charset."""
    for language, text in _texts():
        for charset in WRITTEN.get(language, ()):
            for length in lengths:
                part = text[:length].encode(charset, "ignore").decode(charset)
                if len(text) >= 0.8 * length and not part.isascii():
                    yield charset, length, part


def _page(text: str, charset: str, declared: str = "") -> bytes:
    said = _NAMES.get(charset, charset.replace("cp125", "windows-125")) if declared == "true" else declared
    meta = f'<meta charset="{said}">' if said else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(charset)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _ours(declared: str, text: str, charset: str) -> str:
    found = decode(_page(text, charset, declared))
    if _same(found.text.partition("<p>")[2].partition("</p>")[0], text):
        return "right"
    return "doubt" if found.doubt else "silent"


def _theirs(detect: Callable[[bytes], str | None], text: str, charset: str) -> str:
    try:
        read = text.encode(charset).decode(detect(_page(text, charset)) or "ascii", "replace")
    except LookupError:
        read = ""
    return "right" if _same(read, text) else "silent"


def _detectors() -> Iterator[tuple[str, Callable[[bytes], str | None]]]:
    normalizer = import_module("charset_normalizer")
    yield "charset-normalizer", lambda page: normalizer.detect(page)["encoding"]
    try:
        chardet = import_module("chardet")
    except ImportError:
        return
    yield "chardet", lambda page: chardet.detect(page)["encoding"]


def _line(name: str, counts: Counter[str], seconds: float) -> None:
    pages = max(1, sum(counts.values()))
    shares = "  ".join(f"{kind} {counts[kind] / pages:7.2%}" for kind in ("right", "doubt", "silent"))
    print(f"{name:42} {pages:5} pages  {shares}  {1000 * seconds / pages:6.1f} ms")


def _measured(name: str, read: Callable[[str, str], str], found: list[tuple[str, int, str]]) -> None:
    begun = time.process_time()
    _line(name, Counter(read(text, charset) for charset, _, text in found), time.process_time() - begun)


def main() -> None:
    """Print what came of each way to declare a charset, then of each charset where none is declared."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lengths", default="60,120,200")
    lengths = [int(length) for length in parser.parse_args().lengths.split(",")]
    found = list(cases(lengths))
    for length in lengths:
        of_length = [case for case in found if case[1] == length]
        for said in DECLARED:
            name = f"ours, {length} letters, declared: {said or 'nothing'}"
            _measured(name, partial(_ours, said), of_length)
        for name, detect in _detectors():
            _measured(f"{name}, {length} letters", partial(_theirs, detect), of_length)
    for charset in sorted({charset for charset, _, _ in found}):
        alike = [case for case in found if case[0] == charset]
        _measured(f"ours, {charset}", partial(_ours, ""), alike)


if __name__ == "__main__":
    main()
