"""Names as they sound in whatever script they are written: Lavrov, Лавров, لافروف and 拉夫罗夫 are `LFLF`. Pure.

A sound is told by the classes of the consonants alone, in Latin letters by `anyascii`: vowels, h, y and what a language
adds at the end of a word differ from one to the next. Two unlike names may sound alike, so the longer weighs more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex
from anyascii import anyascii

__all__ = ["names", "weight"]

_WORD = regex.compile(r"[\p{L}\p{M}]{2,40}")
_SENTENCE = regex.compile(r"[.!?:;«»“”\"(\n–—]\s*$")
_CASED = regex.compile(r"\p{Lu}\p{L}*\p{Ll}")
_UNCASED = regex.compile(r"[\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Bengali}\p{Thai}\p{Georgian}]")
_KATAKANA = regex.compile(r"[\u30a1-\u30fa\u30fc]{3,}")
_FOREIGN = (
    "阿埃艾爱安昂奥澳巴白拜班邦包保鲍贝本比彼边别宾波玻伯勃博布查达戴丹当道得德登邓狄迪蒂丁顿多厄恩尔法凡范方菲费芬丰佛夫弗福"
    "盖甘冈高戈哥格根古圭哈海汉豪赫黑亨胡霍基吉季加贾简杰金京喀卡凯坎康考柯科克肯孔库夸拉莱兰朗劳勒雷黎里李利立丽连列林琳留柳龙"
    "卢鲁路伦罗洛吕略马玛迈麦曼芒毛梅蒙门米密敏明莫默姆木穆慕纳娜奈南瑙内尼涅宁纽农努诺欧帕派潘庞佩彭皮平珀普齐奇乔切琴丘让"
    "热日瑞若萨塞赛三桑森沙山尚绍舍申圣什施史舒斯丝思苏索塔泰坦汤唐陶特腾提廷通图土托陀瓦万旺威韦维魏温文翁沃乌武伍西锡希谢辛"
    "欣兴休许雪逊雅亚延扬杨耶叶伊依易因英尤于约泽赞扎詹章哲珍朱兹祖佐茨捷茹辽切汀"
)
_SYLLABLES = regex.compile(f"[{_FOREIGN}]{{3,}}")
"""Characters by which Chinese writes foreign names; three in a row are one, as a rule."""

_CLITICS = regex.compile(r"(?:[وف]?(?:بال|كال|لل|ال)|[وبلك])(?=\p{L}{3})")
_CYRILLIC_ENDING = regex.compile(r"(?:ого|его|ому|ему|ами|ями|ыми|ими|ой|ей|ом|ем|ым|им|ах|ях|ых|их|ью)$")
_PINYIN = {"J": "K", "X": "S", "Q": "S", "H": "", "R": "L"}
_DIGRAPHS = (
    ("sch", "s"), ("shch", "s"), ("tch", "s"), ("tsch", "s"), ("dzh", "s"), ("dj", "s"), ("sh", "s"), ("ch", "s"),
    ("zh", "s"), ("tz", "s"), ("ts", "s"), ("kh", ""), ("gh", "k"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "k"),
    ("ce", "se"), ("ci", "si"), ("ou", "u"), ("x", "ks"),
)  # fmt: skip
_CLASSES = str.maketrans(
    dict(zip("bpfvwdtgkqcsjzlrmn", "PPFFFTTKKKKSSSLLMN", strict=True)) | dict.fromkeys("aeiouyh'`")
)
_NASAL = regex.compile(r"ng(?![aeiou])")
_AGAIN = regex.compile(r"(.)\1+")
_SYLLABLE = regex.compile(r"[A-Z][a-z]*")

LEAST = 3
"""Consonants by which a name is told."""


def names(text: str) -> Iterator[tuple[str, str, bool]]:
    """The names in a text: how each sounds, as it is written, and whether it surely is one (by a capital within a
    sentence, or by the signs it is written with). In scripts without capitals any word may be one."""
    text = unicodedata.normalize("NFC", text)
    for found in (*_SYLLABLES.finditer(text), *_KATAKANA.finditer(text)):
        yield from _told(_heard(found[0]), found[0], sure=True)
    lower = frozenset(word for word in _WORD.findall(text) if word.islower())
    for found in _WORD.finditer(text):
        word = found[0]
        if _UNCASED.match(word):
            for form in dict.fromkeys((word, _CLITICS.sub("", word, count=1) if _CLITICS.match(word) else word)):
                yield from _told(_heard(form), word, sure=False)
        elif _CASED.match(word) and word.lower() not in lower:
            starts = found.start() == 0 or _SENTENCE.search(text, max(0, found.start() - 3), found.start()) is not None
            yield from _told(_heard(word), word, sure=not starts)


def _told(heard: str, written: str, *, sure: bool) -> Iterator[tuple[str, str, bool]]:
    if len(heard.lstrip("a")) >= LEAST:
        yield heard, written, sure


@lru_cache(maxsize=30_000)
def _heard(word: str) -> str:
    """The classes of the consonants of a word, in order, twice the same as one."""
    latin = anyascii(_CYRILLIC_ENDING.sub("", word.lower()) if len(word) > 5 else word)
    if _SYLLABLES.match(word):
        return _vowel(latin.lower()) + "".join(map(_syllable, _SYLLABLE.findall(latin)))
    latin = _NASAL.sub("n", latin.lower())
    if regex.match(r"\p{Arabic}", word):
        latin = latin[:1] + latin[1:].replace("w", "")
    mark = _vowel(latin)
    for written, meant in _DIGRAPHS:
        latin = latin.replace(written, meant)
    return mark + _AGAIN.sub(r"\1", latin.translate(_CLASSES))


def _vowel(latin: str) -> str:
    """A mark of names that begin with a vowel, or with what one language writes before it and another does not."""
    return "a" if latin.startswith(("wu", "kh", *"aeiouyh'`")) else ""


def _syllable(pinyin: str) -> str:
    """Of one character: how it begins, and whether it ends as `er` or with n. Chinese knows no r, and writes gi and ki
    as ji."""
    if pinyin == "Wu":
        return ""
    first = "S" if pinyin[:2] in {"Zh", "Sh", "Ch"} else _PINYIN.get(pinyin[0], pinyin[0].lower())
    ending = "L" if pinyin == "Er" else "N" if pinyin.endswith(("n", "ng")) else ""
    return (first if first.isupper() else first.translate(_CLASSES)) + ending


def weight(heard: str, *, sure: bool) -> float:
    """How much it says that two texts have a name of that sound: little where it is short, or may be any word."""
    return min(3.5, 0.9 * len(heard.lstrip("a")) - 1.6) * (1.0 if sure else 0.6)
