"""Which language a text is in: what is declared, where the text's script and small words confirm it. Pure.

A page in another language than its outlet's is noticed: the language found is what the text says, not what the outlet
says. Only where script and small words do not tell is a general detector asked, with a fixed seed and never past what
they allow: alone it takes Traditional Chinese for Korean, Kazakh and Belarusian for Ukrainian. The small words are in
`words/stopwords.toml`.

Codes are BCP 47: the language alone (`pt`, not `pt-BR`), and its script where a language is written in two: `sr-Cyrl`,
`sr-Latn`, `zh-Hans`, `zh-Hant`. Outlets and phrase files state the language alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

__all__ = ["alone", "contradicts", "language_of", "telling"]

STOP_WORDS = Path(__file__).parent / "words" / "stopwords.toml"
_SAMPLE = 400
_LONGEST_SAMPLE = 500
"""Characters that the small words are looked for in, and that the general detector is shown."""

_FEW = 2
"""Small words that must stand in a text for it to be of their language."""

_ENOUGH, _LEAST = 8, 4
"""Words under which the general detector tosses a coin: where it would overrule what is declared, and where nothing
is."""

_LOOKS = 200
"""Letter groups the general detector looks at in each of its seven trials. A language it knows shows in fewer; where
none fits it would look at a thousand, ten milliseconds a page."""

# Scripts by their first and last letter, with the one language a script stands for, where it is one.
_SCRIPTS = (
    *(("Latn", 0x41, 0x24F, ""), ("Latn", 0x1E00, 0x1EFF, ""), ("Grek", 0x370, 0x3FF, "el")),
    *(("Cyrl", 0x400, 0x52F, ""), ("Armn", 0x530, 0x58F, "hy"), ("Hebr", 0x590, 0x5FF, "he")),
    *(("Arab", 0x600, 0x77F, ""), ("Deva", 0x900, 0x97F, ""), ("Beng", 0x980, 0x9FF, "bn")),
    *(("Guru", 0xA00, 0xA7F, "pa"), ("Gujr", 0xA80, 0xAFF, "gu"), ("Taml", 0xB80, 0xBFF, "ta")),
    *(("Telu", 0xC00, 0xC7F, "te"), ("Knda", 0xC80, 0xCFF, "kn"), ("Mlym", 0xD00, 0xD7F, "ml")),
    *(("Sinh", 0xD80, 0xDFF, "si"), ("Thai", 0xE00, 0xE7F, "th"), ("Laoo", 0xE80, 0xEFF, "lo")),
    *(("Tibt", 0xF00, 0xFFF, "bo"), ("Mymr", 0x1000, 0x109F, "my"), ("Geor", 0x10A0, 0x10FF, "ka")),
    *(("Ethi", 0x1200, 0x137F, "am"), ("Khmr", 0x1780, 0x17FF, "km"), ("Hani", 0x3040, 0x30FF, "zh")),
    *(("Hani", 0x3400, 0x9FFF, "zh"), ("Hang", 0xAC00, 0xD7AF, "ko")),
)
_SCRIPT_AT = {at: name for name, first, last, _ in _SCRIPTS for at in range(first >> 4, (last >> 4) + 1)}
_ONLY = {name: only for name, _, _, only in _SCRIPTS if only}
_UNKNOWN = "Zzzz"
_KANA = re.compile("[\u3040-\u30ff]")
_NOT_HAN = re.compile("[^\u3400-\u9fff]+")

# What parts words. Written out, because `\w` leaves out the vowel signs of many scripts.
_WORDS = re.compile(
    r"[^\s\d_\x00-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u02b9-\u02ff\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0964\u0965\u2000-\u206f\u20a0-\u2bff\u3000-\u303f\uff00-\uff20]+"
)
# One language under two codes: Norwegian, and codes that were renamed.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "mo": "ro", "sh": "sr"}

_KIN = (frozenset({"bs", "cnr", "hr", "sr"}), frozenset({"fa", "prs"}))
"""Languages that share their small words: of those that have no line of their own, what is declared tells."""


@dataclass(frozen=True, slots=True)
class _Small:
    """The small words of each language, the languages of each word with what it weighs for them (a word that several
    share speaks less for each), the scripts each language is written in, the letters it never uses, and those it has
    beyond its script's common ones."""

    words: Mapping[str, frozenset[str]]
    weights: Mapping[str, tuple[tuple[str, float], ...]]
    scripts: Mapping[str, frozenset[str]]
    never: Mapping[str, frozenset[str]]
    letters: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def _small() -> _Small:
    found = tomllib.loads(STOP_WORDS.read_text(encoding="utf-8"))
    words = {language: frozenset(line.split()) for language, line in found["words"].items()}
    languages: dict[str, list[str]] = {}
    for language, of in words.items():
        for word in of:
            languages.setdefault(word, []).append(language)
    weights = {word: tuple((language, 1 / len(of)) for language in of) for word, of in languages.items()}
    scripts = {language: frozenset(map(_script, of)) for language, of in words.items()}
    scripts |= {only: frozenset({name}) for name, only in _ONLY.items()}
    never = {language: frozenset(letters) for language, letters in found["never"].items()}
    letters = {language: frozenset(of) for language, of in found["letters"].items()}
    return _Small(words, weights, scripts, never, letters)


def _script(word: str) -> str:
    """The script of a word's first letter."""
    return _SCRIPT_AT.get(ord(word[0]) >> 4, _UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a text (lower case) shows: the script of most of its letters, how many words it has, the small words among
    them, and what those weigh for each language."""

    text: str
    script: str
    size: int
    small: Sequence[str]
    weights: Mapping[str, float]

    @property
    def most(self) -> float:
        return max(self.weights.values(), default=0.0)

    def hits(self, language: str) -> int:
        """How many small words of a language stand there."""
        words = _small().words.get(language, frozenset())
        return sum(word in words for word in self.small)

    def confirms(self, language: str) -> bool:
        """Whether the text is of a language, and no other fits much better."""
        weight = self.weights.get(language, 0.0)
        return weight > 0 and weight >= 0.7 * self.most and (self.script in _ONLY or self.hits(language) >= _FEW)

    def leader(self, stated: Iterable[str]) -> str:
        """The language that leads clearly; empty where none does. Against a stated one whose small words we do not know
        it takes more of them."""
        if self.script in _ONLY:
            return next(iter(self.weights))
        first, second, *_ = (*sorted(self.weights, key=lambda each: -self.weights[each]), "", "")
        share = 3 if any(code not in _small().scripts for code in stated) else 20
        clear = self.most >= 1.3 * self.weights.get(second, 0.0) and self.hits(first) >= max(_FEW, self.size // share)
        return first if clear and not self.strange(first) else ""

    def lettered(self) -> str:
        """The one language that has all the uncommon letters of the text, where two words have some; else empty."""
        known = _small().letters
        words, uncommon = _WORDS.findall(self.text), frozenset[str]().union(*known.values()).intersection(self.text)
        several = sum(not uncommon.isdisjoint(word) for word in words) > 1
        fitting = [language for language, letters in known.items() if uncommon <= letters]
        return fitting[0] if several and len(fitting) == 1 else ""

    def strange(self, language: str) -> bool:
        """Whether more than one letter in a hundred is none of a language's."""
        never = _small().never.get(language, frozenset())
        return bool(never) and sum(letter in never for letter in self.text) > len(self.text) // 100

    def written_as(self, language: str) -> bool:
        """Whether a language can be written in this script, as far as we know."""
        known = _small().scripts.get(language)
        return self.script not in _ONLY if known is None else self.script in known

    def allows(self, language: str) -> bool:
        """Whether nothing speaks against a language: its script, its letters, the small words of others."""
        if not self.written_as(language) or self.strange(language):
            return False
        if language not in _small().words:
            return True
        # One word is no voice, and neither is a language whose letters these are not.
        others = (code for code in self.weights if self.hits(code) >= _FEW and not self.strange(code))
        return self.weights.get(language, 0.0) >= 0.7 * max((self.weights[code] for code in others), default=0.0)


def _script_of(words: Sequence[str]) -> str:
    """The script of most letters."""
    sizes: dict[str, int] = {}
    for word in words:
        script = _SCRIPT_AT.get(ord(word[0]) >> 4, _UNKNOWN)
        sizes[script] = sizes.get(script, 0) + len(word)
    return max(sizes, key=sizes.__getitem__)


def _is_japanese(sample: str) -> bool:
    """Whether a text holds kana, or, as a list of places may hold none, signs that only Japan writes so."""
    if 20 * len(_KANA.findall(sample)) > len(sample):
        return True
    han = _NOT_HAN.sub("", sample)
    own = sum(bool(sign.encode("euc_jp", "ignore")) for sign in han if not _is_chinese(sign))
    return 40 * own > len(han)


def _is_chinese(sign: str) -> bool:
    return bool(sign.encode("gb2312", "ignore") or sign.encode("big5", "ignore"))


def _look(sample: str) -> _Look | None:
    """What a text shows; None where it has no word."""
    # As Arabic and Persian write the same two letters.
    low = sample.lower().replace("\u064a", "\u06cc").replace("\u0643", "\u06a9")
    words = _WORDS.findall(low)
    if not words:
        return None
    script = _script_of(words)
    if only := _ONLY.get(script):
        return _Look(low, script, len(words), (), {"ja" if script == "Hani" and _is_japanese(sample) else only: 1.0})
    known = _small().weights
    small = [word for word in words if word in known]
    weights: dict[str, float] = {}
    for word in small:
        for language, weight in known[word]:
            weights[language] = weights.get(language, 0.0) + weight
    return _Look(low, script, len(words), small, weights)


@lru_cache(maxsize=1)
def _detectors() -> Any:
    """What makes general detectors; loading it takes a quarter of a second and 60 MB, so only where one is asked."""
    from langdetect import PROFILES_DIRECTORY, DetectorFactory

    made = DetectorFactory()
    made.load_profile(PROFILES_DIRECTORY)
    made.set_seed(0)
    return made


def _detected(sample: str, look: _Look, least: int) -> str:
    """What the general detector says of so many words, where nothing speaks against it; else empty."""
    if look.size < least:
        return ""
    from langdetect import LangDetectException

    detector = _detectors().create()
    detector.ITERATION_LIMIT = _LOOKS
    detector.append(sample)
    try:
        found = str(detector.detect()).partition("-")[0]
    except LangDetectException:
        return ""
    return found if look.allows(found) else ""


def _with_script(language: str, script: str, sample: str) -> str:
    """The language with its script, where it has two. Everyday characters of either Chinese way of writing are in its
    own old character set and not in the other's."""
    if language == "sr" and script in {"Cyrl", "Latn"}:
        return f"sr-{script}"
    if language != "zh":
        return language
    han = _NOT_HAN.sub("", sample)
    simplified, traditional = (len(han.encode(of, "ignore")) for of in ("gb2312", "big5"))
    return "zh-Hans" if simplified > traditional else "zh-Hant" if traditional > simplified else "zh"


def alone(code: str) -> str:
    """The language of a BCP 47 code, without script and region, lower case; empty where it is none."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", code)
    return _SAME.get(found[1].lower(), found[1].lower()) if found else ""


def contradicts(found: str, declared: Iterable[str]) -> bool:
    """Whether the language found is none of those declared; an unknown one contradicts nothing."""
    stated = {alone(code) for code in declared} - {""}
    return bool(found and stated) and alone(found) not in stated


def telling(texts: Iterable[str]) -> str:
    """What tells an article's language: the longest of its first texts, as short ones are labels and by-lines."""
    first = sorted(islice(texts, 20), key=len, reverse=True)
    return " ".join(text[:_SAMPLE] for text in first[:3])


def _kin(found: str, stated: Iterable[str]) -> str:
    """The language found, or the declared one that only its being declared tells from it."""
    unlisted = (code for code in stated if code not in _small().words)
    return next((code for code in unlisted if any({code, found} <= kin for kin in _KIN)), found)


def language_of(declared: str | Iterable[str], text: str) -> str:
    """The language of a text, as its first 400 characters show it.

    The first of the declared ones (BCP 47, such as `en` or `pt-BR`) that the text confirms; else the one its small
    words or the detector tell; else the first declared one nothing speaks against; else empty.
    """
    codes = [declared] if isinstance(declared, str) else declared
    stated = [code for code in map(alone, codes) if code]
    sample = text[:_SAMPLE]
    look = _look(sample)
    if look is None:
        return next(iter(stated), "")
    found = next(filter(look.confirms, stated), "") or look.leader(stated)
    found = found or ("" if stated else look.lettered())
    found = found or _detected(text[:_LONGEST_SAMPLE], look, _ENOUGH if stated else _LEAST)
    if stated and found in _small().words and look.hits(found) < _FEW:
        found = ""  # a detector that does not know what is declared names one it knows
    found = _kin(found, stated)
    return _with_script(found or next(filter(look.written_as, stated), ""), look.script, sample)
