"""Which language a text is in, where nobody says: langdetect with a fixed seed, on the first 500 characters. Pure."""

from __future__ import annotations

import re

__all__ = ["detect"]

_LETTERS = 500
# The detector knows two scripts too little: it takes Traditional Chinese for Korean, and short kana for Chinese.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.2),
)


def _by_script(text: str) -> str:
    limit = max(1, len(text))
    return next((name for name, script, share in _SCRIPTS if len(script.findall(text)) / limit > share), "")


def detect(text: str) -> str:
    """ISO 639-1 code, lower case; empty where the text is too little to tell."""
    sample = text[:_LETTERS]
    if len(sample.split()) < 3 and not (script := _by_script(sample)):
        return ""
    if script := _by_script(sample):
        return script
    from langdetect import DetectorFactory, LangDetectException
    from langdetect import detect as guess

    DetectorFactory.seed = 0
    try:
        return str(guess(sample)).partition("-")[0]
    except LangDetectException:
        return ""
