"""Photos and screenshots: really a picture, whole, and not one that fills the memory when shown."""

from __future__ import annotations

import struct

from foundation.chunks import Source
from foundation.inspection import Unfit

PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 200_000_000
MOST_CHUNKS = 50_000
TAIL = 1024
SEARCH = 64 * 1024
# Markers of a JPEG without a length; 0xFF before another marker only fills up.
ALONE = frozenset({0x01, *range(0xD0, 0xD9), 0xFF})
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
START_OF_SCAN = 0xDA

NOT_PNG = "this is not a PNG file, or it is damaged. Save it again"
NOT_JPEG = "this is not a JPG file, or it is damaged. Save it again"
SECOND_FILE = "there is another file behind its end. Open the picture, save it again and send that"
TOO_LARGE = (
    f"the picture has more than {MOST_PIXELS // 1_000_000} million dots. Make it smaller and save "
    "it again"
)


def inspect_png(source: Source) -> None:
    """Raises Unfit unless it is a PNG from its first to its last byte."""
    source.seek(0)
    if source.read(8) != PNG:
        raise Unfit(NOT_PNG)
    at = 8
    for number in range(MOST_CHUNKS):
        source.seek(at)
        header = source.read(16)
        if len(header) < 8:
            raise Unfit(NOT_PNG)
        length, kind = struct.unpack_from(">L4s", header)
        if number == 0:
            _check_first_chunk(kind, header)
        at += 12 + length
        if kind == b"IEND":
            break
    _check_end(source, at)


def _check_first_chunk(kind: bytes, header: bytes) -> None:
    if kind != b"IHDR" or len(header) < 16:
        raise Unfit(NOT_PNG)
    _check_pixels(*struct.unpack_from(">2L", header, 8))


def _check_end(source: Source, at: int) -> None:
    size = source.seek(0, 2)
    if at > size:
        raise Unfit(NOT_PNG)
    if at < size:
        raise Unfit(SECOND_FILE)


def inspect_jpeg(source: Source) -> None:
    """Raises Unfit unless it is a JPEG that is whole; cameras write more behind its end."""
    source.seek(0)
    if source.read(3) != b"\xff\xd8\xff":
        raise Unfit(NOT_JPEG)
    at = 2
    for _number in range(MOST_CHUNKS):
        source.seek(at)
        header = source.read(9)
        if len(header) < 9 or header[0] != 0xFF:
            raise Unfit(NOT_JPEG)
        marker = header[1]
        if marker == START_OF_SCAN:
            break
        if marker in FRAMES:
            height, width = struct.unpack_from(">2H", header, 5)
            _check_pixels(width, height)
        at += _length(marker, header)
    _check_whole(source, at)


def _length(marker: int, header: bytes) -> int:
    if marker == 0xFF:
        return 1
    if marker in ALONE:
        return 2
    return 2 + max(2, int(struct.unpack_from(">H", header, 2)[0]))


def _check_whole(source: Source, scan_at: int) -> None:
    end = source.seek(0, 2)
    source.seek(max(0, end - TAIL))
    if b"PK\x05\x06" in source.read(TAIL):
        raise Unfit(SECOND_FILE)
    while end > scan_at:
        start = max(scan_at, end - SEARCH)
        source.seek(start)
        if b"\xff\xd9" in source.read(end - start):
            return
        end = start + 1 if start > scan_at else start
    raise Unfit(NOT_JPEG)


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unfit(TOO_LARGE)
