"""Was a page changed on its way? One byte in a tag can hide paragraphs from every parser, without an error. Pure.

Looked at is the stretch of markup that an article was read from. Everything there that is a proper tag, comment,
script or text is taken out; on most pages nothing is left. What is left counts as damage only where it can hide or move
text: pages are sloppy by themselves, and sloppiness is none of our business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import islice

from archive.records import Reading
from crawler.parse.page import Page

__all__ = ["damage"]

_KNOWN = frozenset(
    b"a abbr acronym address amp area article aside audio author b base basefont bdi bdo big blink blockquote "
    b"body br button canvas caption center circle cite clippath code col colgroup content data datalist dd defs "
    b"del desc details dfn dialog dir div dl dt ellipse em embed fieldset figcaption figure filter font footer "
    b"form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex "
    b"kbd keygen label legend li line lineargradient link listing main map mark marquee mask math menu meta "
    b"meter mi mn mo mrow msup nav nobr noembed noframes noindex noscript object ol optgroup option output p "
    b"param path pattern picture plaintext polygon polyline pre progress q rect rp rt ruby s samp script search "
    b"section select slot small source span stop strike strong style sub summary sup svg symbol table tbody td "
    b"template text textarea tfoot th thead time title tr track tspan tt u ul use var video wbr xml xmp".split()
)
_NAME = rb"[a-zA-Z][a-zA-Z0-9:_-]*+"
_SPOILT = rb"\x00-\x08\x0b\x0e-\x1f\x7f"
"""Characters that nobody writes into a tag: controls, and what could not be decoded as `damage` writes it."""
# Browsers take attributes apart by themselves where no space stands between them.
_ATTRIBUTES = (
    rb"""(?:(?:[\s/]++|(?<=["']))[^\s"'<>/=%s]++"""
    rb"""(?:\s*+=\s*+(?:"[^"%s]*+"|'[^'%s]*+'|[^\s"'<>=`%s]++))?+)*+"""
) % ((_SPOILT,) * 4)
# The name of an attribute, or the names an element is found by, with such a character in it.
_SPOILT_NAME = re.compile(
    rb"""[\s/](?:[a-zA-Z:_-]*[%s][^\s"'<>=]*=|(?:class|id|itemprop)\s*=\s*(?:"[^"<>%s]*[%s]|[^\s"'<>]+["']))"""
    % ((_SPOILT,) * 3),
    re.IGNORECASE,
)
_NEVER_MARKUP = (b"script", b"style", b"textarea", b"title")
"""Elements whose text holds no tags."""
_TO_ITS_END = rb"""\b(?:[^>"']|"[^"]*+"|'[^']*+')*+>(?:.*?</%s\s*+>|.*)"""
"""To the end of the markup where it has none: then it is tried once, and not from each beginning."""
_SILENT = rb"<(%s)" % b"|".join(_NEVER_MARKUP) + _TO_ITS_END % rb"\1"
_COMMENT = rb"<!--(?:-?>|.*?--!?>|.*)"
# No group in it: Python 3.11 fails on groups that stand in something repeated possessively.
_PROPER = re.compile(
    rb"(?:[^<>]++|</%s\s*+>|<(?i:%s)|<%s%s[\s/]*+>|%s|<!(?:(?i:doctype)\b|\[)[^<>]*+>|<\?(?:xml|php|import|=)[^<>]*+>)++"
    % (_NAME, b"|".join(name + _TO_ITS_END % name for name in _NEVER_MARKUP), _NAME, _ATTRIBUTES, _COMMENT),
    re.DOTALL,
)
_TAG_NAME = re.compile(rb"</?([a-zA-Z][^\s<>/:-]*+)(?![:-])")
_NAMES = b"|".join(sorted(_KNOWN, reverse=True))
# What a tag leaves as text when its `<` is another character.
_REMAINS = re.compile(
    rb"(?:/(?:%s)\s*|(?:\A|\s).?(?:%s)|(?:\A|[^a-z0-9]).?(?:%s)\s[^<>]*=[^<>]*|"
    rb"\A.?(?:class|id|itemprop|style|href|src)\s*=\s*[\"'][^\"'<>]*[\"'].*)\Z" % (_NAMES, _NAMES, _NAMES),
    re.IGNORECASE | re.DOTALL,
)
# What is left of a tag whose second or third character is another one.
_BROKEN_BEGIN = re.compile(rb"<\s(?:%s)\s*>|</?<\w|</\s\w" % _NAMES, re.IGNORECASE)
# A tag to where browsers see its end: a value without its closing quote goes on to the next quote there is.
_TAKEN = re.compile(rb"""<(?:=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))|[^>])*+>""")
# An end that takes the beginning of what holds no text with it.
_TAKES_NO_TEXT = re.compile(rb"\A</[^<>]*+<(?:input|br|hr|img|link|meta|wbr)\s[^<]*>\Z")
_AROUND = 4_000
"""Bytes before and behind the text read in which damage can still have hidden or moved some of it."""


_LONGEST_TAG = 2_000
_MOST = 1_000
"""Scripts, or pieces that are not proper, from which on a page is no article's but somebody's joke."""


# --- where the article stands -----------------------------------------------------------------------------------------

_PHRASE = re.compile(r"\w+(?: \w+){0,5}")


def _place(markup: bytes, text: str, start: int) -> int:
    """Where a text stands in the markup, told by the longest run of plain words it begins with; -1 where nowhere."""
    phrases = sorted(_PHRASE.findall(text[:200]), key=len, reverse=True)
    found = (markup.find(phrase.encode(), start) for phrase in phrases[:3])
    return next((at for at in found if at >= 0), -1)


def _stretch(page: Page, reading: Reading) -> bytes:
    """The markup that an article was read from, and some around it; all of it where that cannot be told."""
    markup, texts = page.markup, [block.text for block in reading.body if block.text]
    begin = max(markup.find(b"<body"), 0)
    first = [at for at in (_place(markup, text, begin) for text in (reading.headline, *texts[:2])) if at >= 0]
    last = [at for at in (_place(markup, text, begin) for text in texts[-3:]) if at >= 0]
    if not first or not last:
        return markup
    start = max(markup.rfind(b"<", 0, max(min(first) - _AROUND, begin) + 1), 0)
    end = markup.find(b"<", max(last) + len(texts[-1].encode()) + _AROUND)
    return _with_whole_scripts(markup, start, end if end >= 0 else len(markup))


_WHOLE = ((b"<!--", b"-->"), (b"<script", b"</script>"), (b"<style", b"</style>"))


def _with_whole_scripts(markup: bytes, start: int, end: int) -> bytes:
    """The markup from one place to another, and the rest of a script or comment that either of them is inside of."""
    for begins, ends in _WHOLE:
        begun = markup.rfind(begins, 0, start)
        if begun >= 0 and markup.find(ends, begun, start) < 0:
            start = begun
        begun = markup.rfind(begins, start, end)
        if begun >= 0 and markup.find(ends, begun, end) < 0:
            found = markup.find(ends, end)
            end = found + len(ends) if found >= 0 else len(markup)
    return markup[start:end]


# --- what is wrong with it --------------------------------------------------------------------------------------------


def _left(markup: bytes) -> Iterator[int]:
    """Where something is left between what is proper."""
    at = 0
    for found in _PROPER.finditer(markup):
        if found.start() > at:
            yield at
        at = found.end()
    if at < len(markup):
        yield at


def _harm(markup: bytes, at: int) -> str:
    """What the piece left at a place can do; empty where it is mere sloppiness."""
    if markup[at : at + 1] == b">":
        return _harm_before(markup, at)
    if _BROKEN_BEGIN.match(markup, at):
        return "a damaged tag"
    found = _TOKEN.match(markup, at)
    name = found[1].lower() if found else b""
    if name not in _KNOWN and not _OF_A_SCRIPT.fullmatch(name):
        return "a damaged tag" if name[:1].isalpha() or (name and _near(name)) else ""
    taken = _TAKEN.match(markup, at, at + _LONGEST_TAG)
    if taken is None or b"<" in taken[0][1:]:
        return "a tag that runs on" if taken is None or not _TAKES_NO_TEXT.search(taken[0]) else ""
    return "a damaged name" if _SPOILT_NAME.search(taken[0]) else ""


def _harm_before(markup: bytes, at: int) -> str:
    """What the end of a tag that stands at a place is left of."""
    last = markup.rfind(b">", 0, at)
    if markup.rfind(b"<", 0, at) > last:
        return ""  # the end of a tag that was looked at where it began
    before = markup[max(last + 1, at - _LONGEST_TAG) : at]
    return "a tag without its beginning" if _REMAINS.search(before) else ""


# Scripts may define elements of their own, with a dash in their names.
_OF_A_SCRIPT = re.compile(rb"[a-z][a-z0-9.]*(?:-[a-z0-9.]+)+")
# The name of what was left: to its end, whatever stands in it.
_TOKEN = re.compile(rb"</?([^\s<>/]{1,40})")


def _harmed(markup: bytes, *, goes_on: bool) -> str:
    """What harms: not what a template gets wrong again and again, nor what is only begun where a page `goes_on`."""
    begun = islice(_left(markup), _MOST)
    ended = (at for at in begun if not goes_on or markup[at : at + 1] == b">" or _TAKEN.match(markup, at))
    left = ((at, _harm(markup, at)) for at in ended)
    harms = [(markup[at : at + _ALIKE], harm) for at, harm in left if harm]
    counts = Counter(piece for piece, _ in harms)
    return next((harm for piece, harm in harms if counts[piece] == 1), "")


_ALIKE = 8
"""Bytes of a piece in which the faults of a template are alike."""


_TEXTAREA = re.compile(rb"<textarea[^<>]*+>([^<]*&(?:amp;)?lt[^<]*)</textarea", re.IGNORECASE)


def _escaped(markup: bytes) -> Iterator[bytes]:
    """Markup that stands escaped, once or twice, in a text field: some outlets keep their articles there."""
    for found in islice(_TEXTAREA.finditer(markup), _MOST):
        once = unescape(found[1].decode("utf-8", "replace"))
        yield (once if "<" in once else unescape(once)).encode("utf-8", "replace")


def _unknown(markup: bytes) -> str:
    """A proper tag of a name that is one character from a known one and stands here only once."""
    unknown = {name.lower() for name in set(_TAG_NAME.findall(markup))} - _KNOWN
    odd = {name for name in unknown if len(name) < 2 or _near(name)}
    if not odd:
        return ""
    names = [name.lower() for name in _TAG_NAME.findall(_PROPER_SILENT.sub(b"", markup))]
    once = (name for name in odd if names.count(name) == 1)
    return next((f"a damaged tag: {name.decode('utf-8', 'replace')[:20]}" for name in once), "")


_PROPER_SILENT = re.compile(_SILENT + rb"|" + _COMMENT, re.DOTALL | re.IGNORECASE)


def _near(name: bytes) -> bool:
    """Whether a name is a known one with one character changed or put before it."""
    alike = (known for known in _KNOWN if len(known) == len(name))
    changed = any(sum(one != other for one, other in zip(known, name, strict=True)) == 1 for known in alike)
    return changed or name[1:] in _KNOWN


def _changed(end: bytes) -> Iterator[bytes]:
    """Patterns of what an end looks like with one of its characters changed."""
    for at in range(len(end)):
        sign = re.escape(end[at : at + 1])
        yield re.escape(end[:at]) + rb"[^%s\\]" % sign + re.escape(end[at + 1 :]) + rb"\s*>"


def _broken_end(name: bytes) -> re.Pattern[bytes]:
    # What a script writes is put together of pieces, and escaped.
    pieces = rb"(?<![<\\\"'+])/%s\s*>|</%s[^\s>]" % (name, name)
    return re.compile(b"|".join((*list(_changed(b"</" + name))[1:], pieces)), re.IGNORECASE)


_BROKEN_ENDS = {name: _broken_end(name) for name in _NEVER_MARKUP} | {
    b"comment": re.compile(rb"[^-]->|-[^->\s]>|--[^->\s!]")
}
"""How the ends look, after one change, of what nothing else ends."""
_BEGUN_AGAIN = re.compile(rb"<!--(?!>)|<(?:script|style|textarea|title)[\s>]", re.IGNORECASE)


def _runs_on(markup: bytes) -> str:
    """A comment, script or style whose end was changed, so that it goes on to the end of the next one or for ever."""
    pairs = [(b"<!--", b"-->"), *((b"<" + name, b"</%s>" % name) for name in _NEVER_MARKUP)]
    if all(markup.count(start) == markup.count(end) for start, end in pairs):
        return ""
    for found in _PROPER_SILENT.finditer(markup):
        name = found[1].lower() if found[1] else b"comment"
        if (broken := _BROKEN_ENDS.get(name)) is None:
            continue
        again = _BEGUN_AGAIN.search(markup, found.start() + 4, found.end())
        if again is not None and broken.search(markup, found.start() + 4, again.start()):
            return f"a {name.decode()} that runs on"
        if name in _TO_BE_ENDED and not _ENDED.search(markup, found.end() - 20, found.end()):
            return f"a {name.decode()} that never ends"
    return ""


_TO_BE_ENDED = frozenset({b"comment", b"script", b"style"})
"""What is looked at to its end, even where the article is over before."""
_ENDED = re.compile(rb"(?:--!?>|</\w+\s*>)\Z")


# What elements are found by, with one of the characters of its name changed.
_NEARLY = rb"\s(?!(?i:class|itemprop)=)(?:%s)=" % b"|".join(
    name[:at] + rb"""[^\s"'<>=-]""" + name[at + 1 :] for name in (b"class", b"itemprop") for at in range(len(name))
)
# The half of such a name that was not changed is quickly found.
_ENDS_ALIKE = ((b"ass=", b"class="), (b"prop=", b"itemprop="))
_BEGINS_ALIKE = re.compile(rb"""cl(?!ass=)[^\s"'<>=]{3}=|item(?!prop=)[^\s"'<>=]{4}=""")
_MISNAMED = re.compile(
    rb"""<[a-zA-Z]\w*+(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*?\s*%s["'][^"'<>]+["']""" % _NEARLY
)


def _misnamed(markup: bytes) -> str:
    """An attribute whose name is one character from that by which elements are found."""
    if all(markup.count(end) == markup.count(name) for end, name in _ENDS_ALIKE) and not _BEGINS_ALIKE.search(markup):
        return ""
    return "a damaged name" if len(_MISNAMED.findall(_PROPER_SILENT.sub(b"", markup))) == 1 else ""


def damage(page: Page, reading: Reading) -> str:
    """What shows that a page was damaged where its article stands; empty where nothing does, or where a
    checksum says that it was not."""
    if page.checked:
        return ""
    markup = _stretch(page, reading)
    if page.replaced:  # one byte that was changed is one character, however it is written now
        markup = markup.replace("\ufffd".encode(), b"\x7f")
    if markup.count(b"<") > _MOST and sum(markup.count(b"<" + name) for name in _NEVER_MARKUP) > _MOST:
        return ""
    harms = (_harmed(part, goes_on=False) for part in _escaped(markup))
    found = _harmed(markup, goes_on=not page.markup.endswith(markup[-_LONGEST_TAG:])) or next(filter(None, harms), "")
    return found or _unknown(markup) or _runs_on(markup) or _misnamed(markup)
