"""python3 verify.py BUNDLE [--head PLACE:HEX] [--roots FILE.pem]: is this bundle whole, and what does it prove?

Needs Python 3.8 or newer, nothing else, and no network. Signatures and time stamps are checked by `openssl` where there
is one. It ends with 0 where all that could be checked holds, else with 1 and the place of what does not.

A bundle proves nothing to whoever could have made all of it anew. So take the head of the archive's seals from somebody
else, or as it was published, and give it by --head; and take this file from elsewhere too, or compare its SHA-256 with
the one on the citation page of the archive.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from typing import Any, Iterator, NamedTuple

LARGEST = 400_000_000
"""Bytes that anything packed may come to: whoever made the bundle may mean harm."""

ROWS = {
    "capture": """id uid run_id outlet_id address_id final_address_id fetched_at status source time_basis vantage_id
        verdict reason_id warc_file_id warc_offset warc_length digest revisit_of_id size circumstances_id
        removals_id""".split(),
    "hop": "capture_id n address_id status warc_file_id warc_offset warc_length digest".split(),
    "text": "id run_id fingerprint digest".split(),
}
"""The columns of the rows that seals cover, in their order; what changes of a row stands behind them."""

STORED = """headline description body block_types authors date_published date_published_raw date_published_how images
read_also language""".split()
"""The columns of a text that its digest is made over, in their order."""

SAID = {True: "holds", False: "does not hold", None: "not checked, for want of openssl"}


class Member(NamedTuple):
    """A member of the zip: its bytes, and where they stand in the file."""

    data: bytes
    start: int
    end: int


class Record(NamedTuple):
    """A record of a WARC file: `payload` is what was received, without the HTTP head; `status` that of the answer."""

    head: dict[str, str]
    block: bytes
    payload: bytes
    status: str
    file: str
    offset: int
    length: int


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def told(value: Any) -> str:
    """The digest of a row or seal: of its JSON without spaces."""
    made = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return sha256(made.encode("utf-8", "surrogatepass"))


def members(data: bytes, bad: list[str]) -> dict[str, Member]:
    """The members by name, in order. What is not exactly as the program writes it is bad."""
    end = struct.unpack("<4s4H2LH", data[-22:]) if len(data) >= 22 else (b"",)
    if end[0] != b"PK\5\6" or end[1:3] != (0, 0) or end[3] != end[4] or end[7] or end[5] + end[6] + 22 != len(data):
        raise ValueError("bytes %d to %d: the end of a zip is not what is here" % (max(0, len(data) - 22), len(data)))
    found: dict[str, Member] = {}
    at, listed, left = 0, end[6], LARGEST
    for _ in range(end[3]):
        entry = data[listed : listed + 46]
        if len(entry) < 46 or entry[:4] != b"PK\1\2":
            raise ValueError("bytes %d to %d: no member is listed here" % (listed, listed + 46))
        flags, method, crc, packed, size, longest = struct.unpack("<HH4xLLLH", entry[8:30])
        name = data[listed + 46 : listed + 46 + longest]
        named = name.decode("utf-8", "replace")
        fields = (20, flags, method, 0, 33, crc, packed, size, len(name), 0)
        head = struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name
        line = struct.pack("<4sH5H3L2H3H2L", b"PK\1\2", 788, *fields, 0, 0, 0, 0o644 << 16, at) + name
        listing = "bytes %d to %d, or bytes %d to %d" % (listed, listed + len(line), at, at + len(head))
        if data[listed : listed + len(line)] != line or data[at : at + len(head)] != head or flags:
            bad.append("%s: how %r is listed or headed was changed" % (listing, name[:80]))
        start, at, listed = at + len(head), at + len(head) + packed, listed + len(line)
        content = data[start:at] if method == 0 else unpacked(data[start:at], -15, left)
        left -= len(content) * bool(method)
        if named in found or (len(content), zlib.crc32(content)) != (size, crc):
            bad.append("bytes %d to %d: %r is there twice, or is not what its checksum says" % (start, at, name[:80]))
        found[named] = Member(content, start, at)
    if (at, listed) != (end[6], len(data) - 22):
        bad.append("bytes %d to %d: belong to no member" % (at, len(data)))
    return found


def unpacked(data: bytes, bits: int, most: int = LARGEST) -> bytes:
    """What was deflated, so many bytes at most; nothing where it cannot be undone."""
    try:
        return zlib.decompressobj(bits).decompress(data, max(1, most))
    except zlib.error:
        return b""


def digests(held: dict[str, Member], bad: list[str]) -> dict[str, Any]:
    """Every member is the one that is listed, and the list the one whose digest is there; that digest as it is told."""
    last = ["datapackage.json", "datapackage-digest.json"]
    package, sealed = [json.loads(held[name].data.decode()) for name in last]
    if sealed["hash"] != "sha256:" + sha256(held[last[0]].data):
        bad.append(where(last[0], held) + " or the digest of it was changed")
    shape = {"path": last[0], "hash": sealed["hash"], **{key: sealed[key] for key in sealed if key == "signedData"}}
    if json.dumps(shape, indent=1).encode() != held[last[1]].data:
        bad.append(where(last[1], held) + " is not as it was written")
    for one in package["resources"]:
        if one["path"] not in held:
            bad.append("%s: is listed, and is not there" % one["path"])
        elif one["hash"] != "sha256:" + sha256(held[one["path"]].data) or one["bytes"] != len(held[one["path"]].data):
            bad.append(where(one["path"], held) + " was changed")
    named = [one["path"] for one in package["resources"]] + last
    bad.extend("%s: is listed by nothing" % where(name, held) for name in held if name not in named)
    if named != list(held):
        bad.append("the members are not those that are listed, in that order")
    return {**sealed, "created": package["created"], "software": package["software"]}


def where(name: str, held: dict[str, Member]) -> str:
    """A member and its place in the file."""
    return "%s (bytes %d to %d)" % (name, held[name].start, held[name].end)


def member(data: bytes, offset: int) -> tuple[bytes, int, bool]:
    """What the gzip member at a place holds, how long it is, and whether it is whole."""
    undo, parts, at, left = zlib.decompressobj(31), [b""], offset, LARGEST
    while not undo.eof and at < len(data) and left > 0:
        parts.append(undo.decompress(data[at : at + 65536], left))
        at, left = min(at + 65536, len(data)), left - len(parts[-1])
    return b"".join(parts), at - offset - len(undo.unused_data), undo.eof


def records(name: str, data: bytes, bad: list[str]) -> Iterator[Record]:
    """The records of a WARC file, one gzip member each, held against their digests."""
    offset = 0
    while offset < len(data):
        try:
            raw, length, whole = member(data, offset)
        except zlib.error as problem:
            bad.append("%s at byte %d: the record cannot be read (%s)" % (name, offset, problem))
            return
        first, _, block = raw.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in first.decode("utf-8", "replace").split("\r\n")[1:]]
        head = {key.lower(): value for key, _, value in reversed(lines)}
        block, http = block[:-4], head.get("content-type", "").startswith("application/http")
        received = block.partition(b"\r\n\r\n")[2] if http else block
        status = block[:20].decode("latin-1").split(" ")[1] if http else head.get("palimpsest-status", "200")
        payload = "sha256:" + sha256(received)
        if not whole or not raw.endswith(b"\r\n\r\n") or head.get("content-length") != str(len(block)):
            bad.append("%s at byte %d: the record has not the length its head says" % (name, offset))
        if head.get("warc-block-digest") != "sha256:" + sha256(block):
            bad.append("%s at byte %d: the block differs from its digest" % (name, offset))
        if head.get("warc-type") != "revisit" and head.get("warc-payload-digest", payload) != payload:
            bad.append("%s at byte %d: the payload differs from its digest" % (name, offset))
        yield Record(head, block, received, status, name, offset, length)
        offset += length


def index(held: dict[str, Member], found: list[Record], bad: list[str]) -> None:
    """Every line of the index leads to the record it speaks of."""
    places = {(one.file.rsplit("/", 1)[-1], one.offset, one.length): one for one in found}
    for line in held.get("indexes/index.cdx", Member(b"", 0, 0)).data.splitlines():
        said = json.loads(line.split(b" ", 2)[2].decode())
        one = places.get((said["filename"], int(said["offset"]), int(said["length"])))
        names = ("warc-target-uri", "warc-payload-digest")
        if one is None or [said["url"], said["digest"]] != [one.head.get(name) for name in names]:
            bad.append("indexes/index.cdx: a line for %s leads to no such record" % said["url"])


def chain(seals: list[dict[str, Any]], bad: list[str]) -> dict[int, str]:
    """The seals by their places, each made again from what it covers and the seal before it."""
    made: dict[int, str] = {}
    for n, one in enumerate(seals):
        before = seals[n - 1] if n else one
        if n and (one["before"] != before["seal"] or one["place"] != before["place"] + 1):
            bad.append("proof/seals.json.gz: seal %s does not follow the one before it" % one["place"])
        if told([2, one["before"], one["place"], *one["facts"], one["parts"]]) != one["seal"]:
            bad.append("proof/seals.json.gz: seal %s is not that of what it covers" % one["place"])
        made[one["place"]] = one["seal"]
    return made


def rows(held: dict[str, Member], proof: dict[str, Any], bad: list[str]) -> list[dict[str, Any]]:
    """The rows that are under a seal, by the names of their columns; `seal` is its place."""
    parts = {(one["place"], part[0]): part[2] for one in proof["seals"] for part in one["parts"]}
    found = []
    for one in proof["rows"]:
        table, place = one["row"][0], one["place"]
        name = "proof/%s-%s.sha256" % (place, table)
        listed = held[name].data if name in held else b""
        if parts.get((place, table)) != sha256(listed):
            bad.append("%s: is not what seal %s covers" % (name, place))
        elif listed[32 * one["n"] : 32 * one["n"] + 32].hex() != told(one["row"]):
            bad.append("proof/seals.json.gz: row %s of %s is not under seal %s" % (one["row"][1], table, place))
        else:
            found.append({**dict(zip(ROWS[table], one["row"][1:])), "table": table, "seal": place})
    return found


def look(one: dict[str, Any], found: list[Record], under: list[dict[str, Any]], bad: list[str]) -> int | None:
    """A look: its record is here, its id is made of what it says, its row is under that seal (None: under none)."""
    said, name = [one[key] for key in ("url", "landed", "fetched_at", "status", "digest")], "look %s" % one["capture"]
    if hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32] != one["capture"]:
        bad.append("proof/claim.json: %s: its id is not made of what is said of it" % name)
    names = ("warc-target-uri", "warc-date", "warc-payload-digest")
    wanted = [one["landed"], one["fetched_at"], "sha256:" + one["digest"], str(one["status"])]
    answers = [[*(iso(record.head.get(name, "")) for name in names), record.status] for record in found]
    if wanted not in answers:
        bad.append("proof/claim.json: %s: its record is not in archive/" % name)
    if not any(sha256(record.payload) == one["digest"] for record in found):
        bad.append("proof/claim.json: %s: the bytes it received are not in archive/" % name)
    for row in (row for row in under if row["table"] == "capture" and row["uid"] == one["capture"]):
        same = all(row[key] == one[key] for key in ("digest", "fetched_at", "verdict"))
        if not same or row["status"] not in (one["status"], 0):
            bad.append("proof/claim.json: %s: is not what its row under seal %s says" % (name, row["seal"]))
        return int(row["seal"])
    return None


def iso(value: str) -> str:
    """A time of a record as rows write it; anything else as it is."""
    time = re.fullmatch(r"(\d{4}-\d\d-\d\dT[\d:]{8})(?:\.0{6})?(\.\d{6})?Z", value)
    return value if time is None else time.group(1) + (time.group(2) or "") + "+00:00"


def text(one: dict[str, Any], under: list[dict[str, Any]], bad: list[str]) -> dict[str, Any] | None:
    """The row of a text, as a seal has it (None: none has it); its digest is that of its words."""
    made = json.dumps([one["stored"][name] for name in STORED], ensure_ascii=False)
    digest = sha256(made.encode("utf-8", "surrogatepass"))
    if digest != one["digest"]:
        bad.append("proof/claim.json: the text of %s is not that of its digest" % one["version"])
    return next((row for row in under if row["table"] == "text" and row["digest"] == digest), None)


def standing(one: dict[str, Any], found: list[Record]) -> tuple[int, int]:
    """How many paragraphs of a text stand word for word in a page that was received, and how many there are."""
    pages = ["".join(page(record).split()) for record in found if record.head.get("warc-type") != "warcinfo"]
    blocks = ["".join(block.split()) for block in [one["stored"]["headline"], *one["stored"]["body"].split("\n\n")]]
    return sum(any(block in page for page in pages) for block in blocks), len(blocks)


def page(record: Record) -> str:
    """What was received, without markup."""
    head = record.block.partition(b"\r\n\r\n")[0].lower()
    body = unpacked(record.payload, 31) if re.search(rb"content-encoding: *(x-)?gzip", head) else record.payload
    said = re.search(rb"charset=[\"']?([\w-]+)", head + body[:2000].lower())
    try:
        markup = body.decode(said.group(1).decode() if said else "utf-8", "replace")
    except LookupError:
        markup = body.decode("utf-8", "replace")
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def openssl(*given: str, files: dict[str, bytes]) -> bool | None:
    """Whether a command of openssl agrees; None where there is none. `given` names files by {name}."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: folder + "/" + name for name in files}
        for name, data in files.items():
            with open(paths[name], "wb") as file:
                file.write(data)
        try:
            words = ["openssl", *(one.format(**paths) for one in given)]
            done = subprocess.run(words, capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.SubprocessError):
            return None
        return done.returncode == 0


def signature(sealed: dict[str, Any], bad: list[str]) -> str:
    """What there is to say of the signature."""
    signed = sealed.get("signedData")
    if not signed:
        return "is not signed"
    if any(signed.get(name) != sealed.get(name) for name in ("hash", "created", "software")):
        bad.append("datapackage-digest.json: what is signed is not this bundle")
    raw, key = (base64.b64decode(signed[name]) for name in ("signature", "publicKey"))
    halves = [int.from_bytes(half, "big") for half in (raw[:48], raw[48:])]
    whole = [half.to_bytes(half.bit_length() // 8 + 1, "big") for half in halves]
    numbers = b"".join(b"\2" + bytes([len(one)]) + one for one in whole)  # as ASN.1 writes them
    files = {"key": key, "signature": b"\x30" + bytes([len(numbers)]) + numbers, "hash": sealed["hash"].encode()}
    given = "dgst -sha256 -verify {key} -keyform DER -signature {signature} {hash}".split()
    fine = openssl(*given, files=files)
    if fine is False:
        bad.append("datapackage-digest.json: the signature is not that of its key")
    return "signed by the key with SHA-256 %s: %s" % (sha256(key), SAID[fine])


def stamps(held: dict[str, Member], seals: dict[int, str], roots: str, bad: list[str]) -> Iterator[str]:
    """What there is to say of the time stamps of heads; `timestamps/PLACE-….tsr` is one of the seal at that place."""
    for name in (name for name in held if name.startswith("timestamps/")):
        if not roots:
            yield "%s: not checked: say --roots FILE.pem, the authorities that you believe" % name
            continue
        place = int(name.rpartition("/")[2].partition("-")[0])
        with open(roots, "rb") as believed:
            files = {"stamp": held[name].data, "roots": believed.read()}
        files["head"] = b"%d:%s" % (place, seals.get(place, "").encode())
        fine = openssl(*"ts -verify -in {stamp} -CAfile {roots} -data {head}".split(), files=files)
        if fine is False:
            bad.append("%s: none of these authorities vouches for it, or it is of another seal" % name)
        yield "%s: %s" % (name, SAID[fine])


def proven(held: dict[str, Member], found: list[Record], head: str, roots: str, bad: list[str]) -> Iterator[str]:
    """What the bundle proves, line by line."""
    claim = json.loads(held["proof/claim.json"].data.decode())
    proof = json.loads(unpacked(held["proof/seals.json.gz"].data, 31).decode())
    made, under = chain(proof["seals"], bad), rows(held, proof, bad)
    if head:
        place, _, seal = head.strip().rpartition(":")
        if made.get(int(place)) != seal.lower():
            bad.append("the head %s is not among the seals of this bundle (places %s)" % (head[:80], list(made)))
        under = [row for row in under if row["seal"] <= int(place)]  # it says nothing of what came after it
        bad.extend("proof/claim.json: there are no %s" % name for name in ("looks", "texts") if not claim[name])
        fine = {"", *("sha256:" + row["digest"] for row in under)}
        loose = [one for one in found if one.head.get("warc-payload-digest", "") not in fine]
        bad.extend("%s at byte %d: what it holds is under no seal" % (one.file, one.offset) for one in loose)
    yield "%s, as archived by %s" % (claim["version"], claim["program"])
    facts = {one["place"]: one["facts"] for one in proof["seals"]}
    for one in claim["looks"]:
        sealed = look(one, found, under, bad)
        if head and sealed is None:
            bad.append("proof/claim.json: look %s is under no seal" % one["capture"])
        by = "none" if sealed is None else "%d, of %s" % (sealed, facts[sealed][3])
        said = [", ".join(one["is"]), *(one[key] for key in ("fetched_at", "landed", "status", "verdict", "digest"))]
        yield "look (%s): %s %s: status %s, %s; SHA-256 %s; under seal %s" % (*said, by)
    for one in claim["texts"]:
        row = text(one, under, bad)
        if head and row is None:
            bad.append("proof/claim.json: the text of %s is under no seal" % one["version"])
        by = "none" if row is None else "%d (its fingerprint is %s)" % (row["seal"], row["fingerprint"][:12])
        stands = "%d of %d paragraphs stand word for word in a page here" % standing(one, found)
        yield "text of %s: under seal %s; %s" % (one["version"], by, stands)
    yield "the newest seal here: %s" % "".join(["%d:%s" % one for one in made.items()][-1:])
    yield from stamps(held, made, roots, bad)


LIMITS = """What this does not prove:
  that the outlet sent these bytes: servers do not sign what they send; the archive says that it received them;
  when: times are the archive's own, unless a time stamp of a seal says by when that seal was there;
  that a text is read rightly, and which look shows which version: compare it with the page in archive/;
  what no seal covers: requests, headers of answers, the timeline, what was removed from the page, the pages for people;
  and without --head anything at all to those who do not trust whoever made the bundle."""


def checked(path: str, head: str, roots: str, bad: list[str]) -> Iterator[str]:
    """What there is to say of a bundle, line by line; what is wrong with it goes to `bad`."""
    with open(path, "rb") as file:
        held = members(file.read(), bad)
    sealed = digests(held, bad)
    archived = [(name, one.data) for name, one in held.items() if name.startswith("archive/")]
    found = [record for name, data in archived for record in records(name, data, bad)]
    index(held, found, bad)
    yield "%d members, %d records; %s" % (len(held), len(found), signature(sealed, bad))
    if "proof/seals.json.gz" in held:
        yield from proven(held, found, head, roots, bad)
    elif head:
        bad.append("there are no seals here, so that no head says anything of it")


def main(given: list[str]) -> int:
    """Check the bundle that is named: 0 where all holds, else 1."""
    parser = argparse.ArgumentParser(prog="verify.py", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("bundle", help="the file")
    parser.add_argument("--head", default="", help="PLACE:HEX, a head of the archive's seals that somebody else kept")
    parser.add_argument("--roots", default="", help="certificates of authorities of time stamps, PEM")
    said: list[str] = []
    bad: list[str] = []
    try:
        asked = parser.parse_args(given)
        said.extend(checked(asked.bundle, asked.head, asked.roots, bad))
    except SystemExit as end:
        return 1 if end.code else 0
    except Exception as problem:  # whatever hostile bytes lead to: what cannot be read is not proven
        bad.append("cannot be read: %s: %s" % (type(problem).__name__, problem))
    for line in [*said, *(LIMITS.split("\n") if said else []), *("WRONG: %s" % one for one in bad)]:
        print(line.encode("unicode_escape").decode())  # nothing foreign speaks to a terminal
    print("%s: %s" % (asked.bundle, "CHANGED" if bad else "whole"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
