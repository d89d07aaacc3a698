"""The table of contents of a zip archive, read so that no other program can read it otherwise.

Programs differ in what they believe when the two places that describe a member disagree, when
members overlap or share a name, or when something lies before or behind the archive. No honest
program writes such a file, so all of it is refused rather than interpreted, and the sentence says
which of it was found. A comment of plain text at the end is what some programs write: it is taken.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from foundation.chunks import Source
from foundation.inspection import MEGABYTE, Unfit

MOST_MEMBERS = 2_000
LARGEST_CONTENTS = MEGABYTE
LARGEST_UNPACKED = 200 * MEGABYTE
# Text squeezes to a tenth or so; a bomb to a thousandth. Below 4 MB no ratio matters.
HIGHEST_RATIO = 120
SMALL = 4 * MEGABYTE
PIECE = 64 * 1024

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")
STORED, DEFLATED = 0, 8
LOCKED, FOLLOWED, IN_UTF8 = 0x1, 0x8, 0x800
# What may lie behind a member: its sizes again, if they were not known when it began.
LONGEST_DESCRIPTOR = 24
# Plain text in which nothing can hide: no control character, so no mark of an archive; no markup.
LONGEST_COMMENT = 500
PLAIN = re.compile(rb"[\t\n\r -;=-~\x80-\xff]*")
UNKNOWN = 0xFFFFFFFF

AGAIN = "Open it, save it again under another name and choose that file"
NO_END = f"it is damaged: its end is missing, or something lies behind it. {AGAIN}"
DIVIDED = f"it is one part of a divided archive. {AGAIN}"
COMMENT = f"it carries a comment at its end that is more than a few words of plain text. {AGAIN}"
TABLE = f"it is damaged: its table of contents does not fit what is there. {AGAIN}"
CONTRADICTS = f"it is damaged: two places in it say different things of one of its parts. {AGAIN}"
TWICE = f"it is damaged: it holds two parts of the same name. {AGAIN}"
GAPS = f"it is damaged: something lies between its parts that belongs to none of them. {AGAIN}"
PART = f"it is damaged: one of its parts is not what it was when it was saved. {AGAIN}"
BURSTS = "the file unpacks to far more than it seems. Send it as PDF instead"
LOCKED_IN_WORDS = "the file has a password. Save it without one"
OUTSIDE = "it holds names that lead outside the file. Save it again, or send it as PDF"


@dataclass(frozen=True)
class Member:
    """One file in the archive: where its bytes lie and how many they become."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    header_at: int
    data_at: int = 0


class Archive:
    """A zip archive whose every entry was checked. Raises Unfit."""

    def __init__(self, source: Source) -> None:
        self._source = source
        contents, start = _contents(source)
        self.members: dict[str, Member] = {}
        end = 0
        for member in sorted(_listed(contents), key=lambda one: one.header_at):
            placed = self._placed(member, end)
            end = placed.data_at + placed.packed
            key = placed.name.lower()
            if key in self.members:
                raise Unfit(TWICE)
            self.members[key] = placed
        if not end <= start <= end + LONGEST_DESCRIPTOR:
            raise Unfit(GAPS)
        self._refuse_bursting()

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Return what the member holds, piece by piece, and check it to its last byte."""
        found = crc = 0
        for piece in self._unpacked(member):
            found += len(piece)
            if found > member.unpacked:
                raise Unfit(BURSTS)
            crc = zlib.crc32(piece, crc)
            yield piece
        if (found, crc) != (member.unpacked, member.crc):
            raise Unfit(PART)

    def _unpacked(self, member: Member) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-15) if member.method == DEFLATED else None
        at, end = member.data_at, member.data_at + member.packed
        while at < end:
            self._source.seek(at)
            raw = self._source.read(min(PIECE, end - at))
            at += len(raw)
            if not raw:
                raise Unfit(PART)
            if inflater is None:
                yield raw
                continue
            yield from _inflated(inflater, raw)
        if inflater is not None and (not inflater.eof or inflater.unused_data):
            raise Unfit(PART)

    def _placed(self, member: Member, earliest: int) -> Member:
        """Return the member with the place of its bytes, which two headers must agree on."""
        self._source.seek(member.header_at)
        header = self._source.read(LOCAL.size)
        if len(header) < LOCAL.size:
            raise Unfit(TABLE)
        mark, _, flags, method, _, _, crc, packed, unpacked, named, extra = LOCAL.unpack(header)
        data_at = member.header_at + LOCAL.size + named + extra
        same = (mark, flags & ~FOLLOWED, method, self._source.read(named)) == (
            b"PK\x03\x04", member.flags & ~FOLLOWED, member.method, member.raw_name,
        )  # fmt: skip
        told = [(crc, member.crc), (packed, member.packed), (unpacked, member.unpacked)]
        if not flags & FOLLOWED:
            same = same and all(here in (there, UNKNOWN) for here, there in told)
        if not same:
            raise Unfit(CONTRADICTS)
        if not earliest <= member.header_at <= earliest + LONGEST_DESCRIPTOR:
            raise Unfit(GAPS)
        return Member(**{**vars(member), "data_at": data_at})

    def _refuse_bursting(self) -> None:
        packed = sum(member.packed for member in self.members.values())
        unpacked = sum(member.unpacked for member in self.members.values())
        dense = unpacked > SMALL and unpacked > HIGHEST_RATIO * max(packed, 1)
        if unpacked > LARGEST_UNPACKED or dense:
            raise Unfit(BURSTS)


def _contents(source: Source) -> tuple[bytes, int]:
    """Return the table of contents and where it begins; nothing but a comment may follow it."""
    end_at, raw = _end(source)
    _, disk, first_disk, here, count, length, start, _ = END.unpack(raw)
    if disk or first_disk or here != count:
        raise Unfit(DIVIDED)
    following = end_at
    if (large := _large_end(source, end_at)) is not None:
        count, length, start, following = large
    if count > MOST_MEMBERS or length > LARGEST_CONTENTS:
        raise Unfit(BURSTS)
    if not count or start + length != following:
        raise Unfit(TABLE)
    source.seek(start)
    return source.read(length), start


def _end(source: Source) -> tuple[int, bytes]:
    """Return where the last record begins, and the record; it reaches to the end of the file."""
    size = source.seek(0, 2)
    tail_at = max(0, size - END.size - LONGEST_COMMENT)
    source.seek(tail_at)
    tail = source.read(size - tail_at)
    # The last mark counts: a plain comment cannot hold one, so no program can find another.
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise Unfit(NO_END)
    comment = tail[at + END.size :]
    told = END.unpack_from(tail, at)[-1]
    if told != len(comment):
        raise Unfit(NO_END)
    if not PLAIN.fullmatch(comment):
        raise Unfit(COMMENT)
    return tail_at + at, tail[at : at + END.size]


def _large_end(source: Source, end_at: int) -> tuple[int, int, int, int] | None:
    """Return number, length, start and end of the contents as programs for huge files write it."""
    located = end_at - LOCATOR_64.size
    if located < END_64.size:
        return None
    source.seek(located)
    mark, _, at, _ = LOCATOR_64.unpack(source.read(LOCATOR_64.size))
    if mark != b"PK\x06\x07":
        return None
    if at != located - END_64.size:
        raise Unfit(TABLE)
    source.seek(at)
    mark, _, _, _, _, _, here, count, length, start = END_64.unpack(source.read(END_64.size))
    if mark != b"PK\x06\x06" or here != count:
        raise Unfit(TABLE)
    return count, length, start, at


def _listed(contents: bytes) -> Iterator[Member]:
    at = 0
    while at < len(contents):
        if len(contents) - at < CENTRAL.size:
            raise Unfit(TABLE)
        fields = CENTRAL.unpack_from(contents, at)
        named, extra, comment = fields[10:13]
        at += CENTRAL.size
        raw_name = contents[at : at + named]
        more = contents[at + named : at + named + extra]
        at += named + extra + comment
        if fields[0] != b"PK\x01\x02" or at > len(contents):
            raise Unfit(TABLE)
        yield _member(fields, raw_name, more)


def _member(fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> Member:
    flags, method, crc = fields[3], fields[4], fields[7]
    if flags & LOCKED:
        raise Unfit(LOCKED_IN_WORDS)
    if method not in (STORED, DEFLATED):
        raise Unfit("it is packed in an unusual way. Open it and save it again, or send it as PDF")
    unpacked, packed, header_at = _sizes([fields[9], fields[8], fields[16]], extra)
    if method == STORED and packed != unpacked:
        raise Unfit(TABLE)
    name = raw_name.decode("utf-8" if flags & IN_UTF8 else "cp437", errors="replace")
    _refuse_leading_outside(name)
    return Member(name, raw_name, flags, method, crc, packed, unpacked, header_at)


def _sizes(sizes: list[int], extra: bytes) -> list[int]:
    """Return unpacked, packed and place; each that did not fit stands in the extra field."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            large = [value for (value,) in struct.iter_unpack("<Q", extra[at + 4 :][: length & ~7])]
            return [large.pop(0) if size == UNKNOWN and large else size for size in sizes]
        at += 4 + length
    return sizes


def _refuse_leading_outside(name: str) -> None:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or set(name) & set('\\:*?"<>|') or not name:
        raise Unfit(OUTSIDE)
    if not name.isprintable():
        raise Unfit(OUTSIDE)


def _inflated(inflater: zlib._Decompress, raw: bytes) -> Iterator[bytes]:
    try:
        while raw and not inflater.eof:
            yield inflater.decompress(raw, PIECE)
            raw = inflater.unconsumed_tail
    except zlib.error:
        raise Unfit(PART) from None
