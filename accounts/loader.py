"""Reads the list of passwords nobody may choose."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "content" / "common-passwords.bin"
DIGEST_BYTES = 6


class CommonPasswords:
    """Which passwords are on the list: the beginnings of their hashes, sorted."""

    def __init__(self, digests: bytes) -> None:
        self._digests = digests

    def __len__(self) -> int:
        return len(self._digests) // DIGEST_BYTES

    def __getitem__(self, place: int) -> bytes:
        return self._digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]

    def __contains__(self, lower: object) -> bool:
        digest = hashlib.sha256(str(lower).encode()).digest()[:DIGEST_BYTES]
        place = bisect_left(self, digest)
        return place < len(self) and self[place] == digest


@cache
def common_passwords() -> CommonPasswords:
    return CommonPasswords(FILE.read_bytes())
