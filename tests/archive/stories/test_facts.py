"""Facts of texts: the same in every language, whatever script and notation they are written in."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from archive.stories import names, numbers, places, topics
from archive.stories.evidence import Side, compare, score
from archive.stories.facts import pack, read, unpack

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written", "meant"),
    [
        ("en", "1,400 people and 6.8 points", ["1400", "6.8"]),
        ("fr", "1 400 personnes, 6,8 points", ["1400", "6.8"]),
        ("fr", "1\u202f400 personnes", ["1400"]),
        ("de", "1.400 Menschen, 1.234.567,5 Euro", ["1400", "1234567.5"]),
        ("es", "50.000 millones de euros y 3 mil soldados", ["50000000000", "3000"]),
        ("es", "4.500 millones", ["4500000000"]),
        ("en", "50 billion, $4.5bn and 120 million", ["50000000000", "4500000000", "120000000"]),
        ("fr", "2 billions d'euros, 4,5 milliards", ["2000000000000", "4500000000"]),
        ("ru", "50 млрд рублей, 500 тыс. человек, 14,5%", ["50000000000", "500000", "14.5"]),
        ("zh", "500亿立方米，4200人，2.1万吨", ["50000000000", "4200", "21000"]),
        ("ar", "٥٠ مليار متر و١٤٠٠ شخص و٦٫٨ درجة", ["50000000000", "1400", "6.8"]),
        ("hi", "१,४०० लोग", ["1400"]),
        ("en", "on 29.11.2026 at 15:30, 2026-11-29", []),
    ],
)
def test_a_number_is_one_in_whatever_notation(language: str, written: str, meant: list[str]) -> None:
    assert list(numbers.numbers(written, language)) == meant


@pytest.mark.parametrize(
    "spelt",
    [
        ("said Lavrov", "заявил Лавров", "слова Лаврова", "قال لافروف", "外长拉夫罗夫说"),
        ("said Erdogan", "dit Erdoğan", "сказал Эрдоган", "قال أردوغان"),
        ("in Kharkiv", "в Харькове", "في خاركيف", "在哈尔科夫"),
        ("in Kazan", "в Казани", "à Kazan", "في قازان"),
    ],
)
def test_a_name_sounds_the_same_in_every_script(spelt: tuple[str, ...]) -> None:
    heard = [{sound for sound, _, _ in names.names(one)} for one in spelt]
    assert set.intersection(*heard), heard


@pytest.mark.parametrize(
    ("language", "written", "place"),
    [
        ("en", "the Turkish minister", "TR"),
        ("fr", "le ministre turc", "TR"),
        ("ru", "с турецким коллегой", "TR"),
        ("zh", "土耳其外长", "TR"),
        ("ar", "نظيره التركي", "TR"),
        ("ru", "сообщили в США", "US"),
        ("es", "según EE.UU. y Arabia Saudí", "SA"),
        ("en", "in South Korea today", "KR"),
        ("de", "in Frankreich und der Schweiz", "CH"),
    ],
)
def test_a_country_is_known_by_its_names_and_adjectives(language: str, written: str, place: str) -> None:
    assert place in {code for code, _ in places.places(written, language)}


def test_a_word_that_begins_as_a_place_does_is_none() -> None:
    for language, written in (("es", "las personas, pero no el malo"), ("en", "a ham and a chadlike cuban cigar pan")):
        assert {code for code, _ in places.places(written, language)} <= {"CU"}
    assert not {topic for topic, _ in topics.topics("Portugal importantly minted its bushes", "en")}


def test_facts_are_stored_and_evidence_does_not_ask_who_comes_first() -> None:
    one = read("Quake of 7.1 off Chile", "84 people hurt, said Valparaiso prefect.", "More.", "en-GB")
    other = read("В Чили толчки магнитудой 7,1", "Ранены 84 человека, сообщил префект Вальпараисо.", "Ещё.", "ru")
    assert unpack(pack(one)) == one
    sides = Side(one, NOW), Side(other, NOW)
    evidence = compare(sides[0], sides[1])
    assert evidence == compare(sides[1], sides[0])
    assert {"number", "name", "place"} <= {piece.kind for piece in evidence}
    assert score(evidence) > 0.9
    assert score(compare(sides[0], Side(read("Rien", "", "", "fr"), NOW))) < 0.1


def test_no_text_takes_long_or_yields_much() -> None:
    texts = ("9" * 10**6, "1,1" * 10**6, "Ab " * 10**6, "و" * 10**6, "拉夫" * 10**6, "\u0301" * 10**6, "1 000 " * 10**5)
    for language in ("en", "zh", "ar", "xx-unknown", ""):
        for said in texts:
            began = time.process_time()
            found = read(said[:100_000], said[:100_000], said, language)
            assert len(pack(found)) < 20_000
            assert time.process_time() - began < 2, (language, said[:10])


_PACKED = """
from archive.stories.facts import pack, read
said = "وبالكرملين ولافروف في القاهرة وموسكو وبكين: مباحثات والعقوبات"
print(pack(read(said, said, said, "ar")).hex())
"""


def test_every_process_reads_the_same_facts() -> None:
    """What words are found by must not depend on how a process hashes them."""
    seen = {
        subprocess.run(
            [sys.executable, "-c", _PACKED], env={"PYTHONHASHSEED": str(n)}, capture_output=True, check=True, text=True
        ).stdout
        for n in range(1, 5)
    }
    assert len(seen) == 1
