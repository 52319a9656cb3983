"""Which language a text is in: what is declared, where the script agrees; else a detector with a fixed seed. Pure."""

from __future__ import annotations

import re

__all__ = ["detect", "language_of"]

_SAMPLE = 500
# In this order: Japanese is told by its kana, Chinese is what Han characters are otherwise. The detector itself takes
# Traditional Chinese for Korean.
_BY_SCRIPT = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.2),
)
_SCRIPTS = (
    (
        "cyrillic",
        re.compile("[\u0400-\u052f]"),
        frozenset({"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt", "ba", "cv", "ab", "os"}),
    ),
    ("arabic", re.compile("[\u0600-\u06ff]"), frozenset({"ar", "fa", "ur", "ps", "ckb", "ug"})),
    ("han", re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), frozenset({"zh", "ja"})),
    ("hangul", re.compile("[\uac00-\ud7af]"), frozenset({"ko"})),
    ("devanagari", re.compile("[\u0900-\u097f]"), frozenset({"hi", "mr", "ne", "sa"})),
    ("hebrew", re.compile("[\u0590-\u05ff]"), frozenset({"he", "yi", "iw"})),
    ("greek", re.compile("[\u0370-\u03ff]"), frozenset({"el"})),
    ("thai", re.compile("[\u0e00-\u0e7f]"), frozenset({"th"})),
    ("armenian", re.compile("[\u0530-\u058f]"), frozenset({"hy"})),
    ("georgian", re.compile("[\u10a0-\u10ff]"), frozenset({"ka"})),
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_BOTH = frozenset({"sr", "uz", "az", "kk", "bs", "tk"})


def _written_in(text: str) -> str:
    """The script most letters of a text are of; `latin` where none of the others leads."""
    counts = {name: len(pattern.findall(text)) for name, pattern, _ in _SCRIPTS}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > len(_LATIN.findall(text)) else "latin"


def _agrees(language: str, text: str) -> bool:
    """Whether a text can be of a language, judged by its script alone."""
    if language in _BOTH:
        return True
    wanted = next((name for name, _, languages in _SCRIPTS if language in languages), "latin")
    return _written_in(text) == wanted


def _by_script(text: str) -> str:
    return next((name for name, script, share in _BY_SCRIPT if len(script.findall(text)) > share * len(text)), "")


def detect(text: str) -> str:
    """ISO 639-1 code, lower case, of the first 500 characters; empty where the text is too little to tell."""
    sample = text[:_SAMPLE]
    if script := _by_script(sample):
        return script
    if len(sample.split()) < 3:
        return ""
    from langdetect import DetectorFactory, LangDetectException
    from langdetect import detect as guess

    DetectorFactory.seed = 0
    try:
        return str(guess(sample)).partition("-")[0]
    except LangDetectException:
        return ""


def language_of(declared: str, text: str) -> str:
    """The declared language (such as `en` or `pt-BR`) where the text's script agrees with it, else the detected one."""
    found = re.match(r"[a-z]{2,3}\b", declared.strip().lower())
    sample = text[:_SAMPLE]
    if found and (not sample or _agrees(found[0], sample)):
        return found[0]
    return detect(text)
