"""Words that stand nowhere else, put where companies write; and the search for them in bytes."""

from __future__ import annotations

import base64
import json
import re
import zlib
from urllib.parse import quote

# Every canary begins with these letters, so that one search finds them all, and ends with others
# that addresses and JSON write in another way.
STEM, TAIL = "Quincunx", "Žlutý"


class Canaries:
    """Gives out words that stand nowhere else."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, count: int = 1) -> str:
        """Return ``count`` new ones with spaces between."""
        first, self.given = self.given, self.given + count
        return " ".join(f"{STEM}{number:04d}{TAIL}" for number in range(first, first + count))


def spelt(word: str) -> dict[str, bytes]:
    """Return the word in each encoding; what its neighbours would change of it is cut off."""
    plain = word.encode()
    return {
        "plain": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        **{
            f"base64, {shift} over": base64.b64encode(b"x" * shift + plain)[4:-4]
            for shift in range(3)
        },
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
    }


SPELLINGS = {
    **spelt(STEM),
    "url-encoded": quote(TAIL).encode(),
    "json-escaped": json.dumps(TAIL).strip('"').encode(),
}


def found_in(data: bytes) -> set[str]:
    """Return by which encodings a canary stands in ``data``."""
    found = {name for name, spelling in SPELLINGS.items() if spelling in data}
    return found | ({"compressed"} if is_in_a_stream(data) else set())


ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|PK\x03\x04|\x1f\x8b\x08")
MOST_INFLATED = 1 << 20


def is_in_a_stream(data: bytes) -> bool:
    """Look into whatever could be a compressed stream: zlib, a member of a zip file, gzip."""
    return any(STEM.encode() in _inflated_at(data, match) for match in ZLIB.finditer(data))


def _inflated_at(data: bytes, match: re.Match[bytes]) -> bytes:
    kind, start = match.group(), match.start()
    bits = 15
    if kind.startswith(b"PK"):
        names, extra = (int.from_bytes(data[start + n : start + n + 2], "little") for n in (26, 28))
        start, bits = start + 30 + names + extra, -15
    elif kind.startswith(b"\x1f"):
        bits = 31
    try:
        return zlib.decompressobj(bits).decompress(data[start : start + MOST_INFLATED])
    except zlib.error:
        return b""
